import type { AnyOperation } from "../../../domain/operation.ts";
import { DEPLOYMENT_OPERATIONS, OPERATIONS } from "../../../domain/registry.ts";

/** The two tools that are no operation: they find and run any that has no tool in the list. */
export const SEARCH_TOOL = "search_operations";
export const EXECUTE_TOOL = "execute_operation";

/** What an organization's client can run at all: what is about the deployment is the operator's, and no tool. */
export const TOOL_OPERATIONS: readonly AnyOperation[] = OPERATIONS.filter((operation) => !DEPLOYMENT_OPERATIONS.includes(operation));

const BY_TOOL_NAME: ReadonlyMap<string, AnyOperation> = new Map(TOOL_OPERATIONS.map((operation) => [toolNameOf(operation), operation]));

/** `products.batch_upsert` → `products_batch_upsert` */
export function toolNameOf(operation: AnyOperation): string {
  return operation.name.replace(".", "_");
}

export function operationOfTool(tool: string): AnyOperation | undefined {
  return BY_TOOL_NAME.get(tool);
}

/** An operation by its own name or its tool's: models use either. */
export function operationNamed(name: string): AnyOperation | undefined {
  return BY_TOOL_NAME.get(name.replace(".", "_"));
}
