import { ERROR_CATALOGUE, type Failure } from "../../../domain/errors.ts";
import type { McpAnswer, McpReply } from "../../../domain/mcp/command.ts";
import type { McpObject } from "../../../domain/mcp/message.ts";
import type { McpBindings } from "../bindings.ts";

/** What came of a message: a reply, or a refusal that is told as HTTP has it. */
export type Judged = { reply: McpReply } | { refused: Failure };

/**
 * Reads an answer. A tool that the bucket does not admit is told in the tool's result, where the model sees it; a scope that is missing is a refusal for who can get it, and else the
 * model's to know.
 */
export function judge({ failure, reply }: McpAnswer, method: string, { can_step_up, report }: McpBindings): Judged {
  if (failure) {
    const told = failure.code === "RATE_LIMITED" && method === "tools/call";
    return told ? { reply: { kind: "result", result: toolError(failure), notifications: [] } } : { refused: failure };
  }
  const missing = can_step_up ? missingScopes(reply!) : null;
  if (!missing) return { reply: reply! };
  report(missing);
  return { refused: missing };
}

function toolError({ code, message, details }: Failure): McpObject {
  const text = `${message}. ${ERROR_CATALOGUE[code].fix}`;
  return { isError: true, content: [{ type: "text", text }], structuredContent: { error: { code, message, details } } };
}

/** The failure of a request that more scopes would have helped, whichever way it was told. */
function missingScopes(reply: McpReply): Failure | null {
  if (reply.kind === "error") return forbidden(reply.error.data, reply.error.message);
  if (reply.kind !== "result" || reply.result.isError !== true) return null;
  const { error } = (reply.result.structuredContent ?? {}) as { error?: { message?: unknown } };
  return forbidden(error, String(error?.message));
}

function forbidden(said: unknown, message: string): Failure | null {
  if (typeof said !== "object" || said === null) return null;
  const { code, details } = said as { code?: unknown; details?: { required_scope?: unknown } };
  return code === "FORBIDDEN" && details?.required_scope !== undefined ? { code, message, details } : null;
}
