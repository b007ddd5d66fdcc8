import type { McpView } from "../../domain/mcp/command.ts";
import type { AnyOperation } from "../../domain/operation.ts";
import { holdsScope, type Principal } from "../../domain/principal.ts";

/** The part of the operations that belongs together; a toolset has its name. */
export function familyOf({ name }: Pick<AnyOperation, "name">): string {
  return name.split(".")[0]!;
}

/** Whether the part of the server that the client asked for has this operation. What is the operator's alone is no organization's. */
export function isInView(operation: AnyOperation, view: McpView): boolean {
  if (operation.scope === "operator" || (view.readonly && operation.effect !== "read")) return false;
  return view.toolsets === null || view.toolsets.includes(familyOf(operation));
}

/** The same, and its scope is held. */
export function mayRun(operation: AnyOperation, principal: Principal, view: McpView): boolean {
  const { scope } = operation;
  return scope !== "operator" && isInView(operation, view) && holdsScope(principal, scope);
}
