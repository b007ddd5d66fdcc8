import { invalid, OperationError } from "../../domain/errors.ts";
import type { McpView } from "../../domain/mcp/command.ts";
import type { McpPath } from "../../domain/mcp/path.ts";
import { ALL_SCOPES, type Scope } from "../../domain/scopes.ts";
import { TOOL_OPERATIONS, familyOf, isShown } from "../../protocols/mcp/operations_in_view.ts";

/** Families of operations that a credential of an organization can use some of. */
const TOOLSETS: readonly string[] = [...new Set(TOOL_OPERATIONS.map(familyOf))];

/** The part of the server that a request asks for, by its URL and by headers that narrow it further. Throws OperationError for a toolset that there is not. */
export function readView(path: McpPath, headers: Headers): McpView {
  const named = headers.get("X-MCP-Toolsets");
  const by_header = named === null ? null : named.split(",").map((name) => name.trim());
  const unknown = path.toolsets?.find(isUnknown);
  if (unknown !== undefined) throw new OperationError("NOT_FOUND", `No such toolset: ${unknown}`, { resource: "toolset", known: TOOLSETS });
  if (by_header?.some(isUnknown)) throw invalid("X-MCP-Toolsets", `some of ${TOOLSETS.join(", ")}, with commas between them`);
  const toolsets = path.toolsets === null ? by_header : path.toolsets.filter((name) => by_header?.includes(name) ?? true);
  return { readonly: path.readonly || readsTrue(headers.get("X-MCP-Readonly")), toolsets: toolsets && [...new Set(toolsets)] };
}

/** Scopes that everything shown in a view needs: what a client that comes without a token is told to ask for. */
export function scopesOf(view: McpView): Scope[] {
  const needed = new Set(TOOL_OPERATIONS.filter((operation) => isShown(operation, view)).map(({ scope }) => scope));
  return ALL_SCOPES.filter((scope) => needed.has(scope));
}

function isUnknown(name: string): boolean {
  return !TOOLSETS.includes(name);
}

function readsTrue(value: string | null): boolean {
  if (value === null || /^(false|0)$/i.test(value)) return false;
  if (/^(true|1)$/i.test(value)) return true;
  throw invalid("X-MCP-Readonly", "true or false");
}
