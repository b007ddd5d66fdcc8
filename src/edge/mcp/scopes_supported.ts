import { parseMcpPath } from "../../domain/mcp/path.ts";
import { OPERATIONS } from "../../domain/registry.ts";
import { ALL_SCOPES, type Scope } from "../../domain/scopes.ts";
import { isInView } from "../../protocols/mcp/operations_in_view.ts";
import { readView } from "./view.ts";

/** Scopes that something at this URL of the server needs; null where there is no such part of it. */
export function scopesSupported(path: string): Scope[] | null {
  const parsed = parseMcpPath(path);
  try {
    const view = parsed && readView(parsed, new Headers());
    if (!view) return null;
    const needed = new Set<string>(OPERATIONS.filter((operation) => isInView(operation, view)).map(({ scope }) => scope));
    return ALL_SCOPES.filter((scope) => needed.has(scope));
  } catch {
    return null;
  }
}
