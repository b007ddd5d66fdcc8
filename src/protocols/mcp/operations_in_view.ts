import type { McpView } from "../../domain/mcp/command.ts";
import type { AnyOperation } from "../../domain/operation.ts";
import { holdsScope, type Principal } from "../../domain/principal.ts";
import { DEPLOYMENT_OPERATIONS, OPERATIONS } from "../../domain/registry.ts";
import type { Scope } from "../../domain/scopes.ts";

/** An operation of an organization's: what is the deployment's operator's alone is none, and no tool. */
export type OrganizationOperation = AnyOperation & { scope: Scope };

function isOrganizations(operation: AnyOperation): operation is OrganizationOperation {
  return operation.scope !== "operator" && !DEPLOYMENT_OPERATIONS.includes(operation);
}

/** What an organization's client can run at all, in the registry's order. */
export const TOOL_OPERATIONS: readonly OrganizationOperation[] = OPERATIONS.filter(isOrganizations);

const RUNNABLE: ReadonlySet<AnyOperation> = new Set(TOOL_OPERATIONS);

/** The part of the operations that belongs together; a toolset has its name. */
export function familyOf({ name }: Pick<AnyOperation, "name">): string {
  return name.split(".")[0]!;
}

/** Whether the part of the server that the client asked for has this operation. */
export function isInView(operation: AnyOperation, view: McpView): operation is OrganizationOperation {
  if (!RUNNABLE.has(operation) || (view.readonly && operation.effect !== "read")) return false;
  return view.toolsets === null || view.toolsets.includes(familyOf(operation));
}

/** Whether it is a tool of its own there: the chosen few, or all of the families that the view names. The others are found by search. */
export function isShown(operation: AnyOperation, view: McpView): boolean {
  return isInView(operation, view) && (view.toolsets !== null || operation.mcp?.core === true);
}

/** Whether this part of the server has it, and its scope is held. */
export function mayRun(operation: AnyOperation, principal: Principal, view: McpView): operation is OrganizationOperation {
  return isInView(operation, view) && holdsScope(principal, operation.scope);
}

/** What a credential can run there, in the registry's order. */
export function runnableOperations(view: McpView, principal: Principal): OrganizationOperation[] {
  return TOOL_OPERATIONS.filter((operation) => mayRun(operation, principal, view));
}
