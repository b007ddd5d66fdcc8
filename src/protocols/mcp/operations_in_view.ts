import type { McpView } from "../../domain/mcp/command.ts";
import type { AnyOperation } from "../../domain/operation.ts";
import type { Principal } from "../../domain/principal.ts";

/** The part of the operations that belongs together; a toolset has its name. */
export function familyOf({ name }: Pick<AnyOperation, "name">): string {
  return name.split(".")[0]!;
}

/** Whether an operation is in the part of the server that the client asked for, and its scope is held. What is the operator's alone is no organization's. */
export function mayRun(operation: AnyOperation, principal: Principal, view: McpView): boolean {
  const { scope } = operation;
  if (scope === "operator") return false;
  if (view.readonly && operation.effect !== "read") return false;
  if (view.toolsets !== null && !view.toolsets.includes(familyOf(operation))) return false;
  return principal.scopes === "all" || principal.scopes.includes(scope);
}
