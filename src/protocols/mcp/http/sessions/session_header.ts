import type { Failure } from "../../../../domain/errors.ts";
import { noSuchSession } from "../../../../domain/mcp/failure.ts";
import { isSessionVersion, type SessionVersion } from "./versions.ts";

const HEADER = "Mcp-Session-Id";

/** A session as its client names it: the organization's id of it, and the revision that was agreed on, in which everything is told. */
export interface NamedSession {
  id: string;
  version: SessionVersion;
}

/** The header's value for a session: what the transport has to know of it goes along, so that nothing need be looked up. */
export function sessionHeader({ id, version }: NamedSession): string {
  return `${id}.${version.replaceAll("-", "")}`;
}

export function hasSession(request: Request): boolean {
  return request.headers.has(HEADER);
}

/** The session that a request names, and that its version header is one of ours (revision 2025-11-25, "Protocol Version Header"). */
export function readSession(request: Request): NamedSession | { failure: Failure } {
  const named = request.headers.get(HEADER);
  if (named === null) return { failure: malformed(HEADER, "the id that the answer to initialize had in this header") };
  const told = request.headers.get("MCP-Protocol-Version");
  if (told !== null && !isSessionVersion(told)) return { failure: malformed("MCP-Protocol-Version", "the version that was agreed on") };
  const [, id, year, month, day] = /^([\w-]{1,100})\.(\d{4})(\d{2})(\d{2})$/.exec(named) ?? [];
  const version = `${year}-${month}-${day}`;
  if (id === undefined || !isSessionVersion(version)) return { failure: noSuchSession().toFailure() };
  return { id, version };
}

function malformed(field: string, expected: string): Failure {
  return { code: "VALIDATION_ERROR", message: `The header ${field} is missing or wrong`, details: { field, expected } };
}
