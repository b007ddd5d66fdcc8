import type { McpView } from "../../domain/mcp/command.ts";
import { OPERATIONS_BY_NAME } from "../../domain/registry.ts";
import { isInView } from "./operations_in_view.ts";

/** Whether the part of the server that the client asked for has all that a resource, a prompt or a completion runs: one that runs nothing is everywhere. */
export function areInView(operations: readonly string[], view: McpView): boolean {
  return operations.every((name) => isInView(OPERATIONS_BY_NAME.get(name)!, view));
}
