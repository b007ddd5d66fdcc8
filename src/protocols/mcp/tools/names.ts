import type { AnyOperation } from "../../../domain/operation.ts";
import { TOOL_OPERATIONS, type OrganizationOperation } from "../operations_in_view.ts";

/** The tools that are no operation: they find and run any that has no tool in the list, and read what is no operation. */
export const SEARCH_TOOL = "search_operations";
export const EXECUTE_TOOL = "execute_operation";
export const READ_TOOL = "read_resource";

const NAME_LENGTH_SHOWN = 100;

const BY_TOOL_NAME: ReadonlyMap<string, OrganizationOperation> = new Map(TOOL_OPERATIONS.map((operation) => [toolNameOf(operation), operation]));

/** `products.batch_upsert` → `products_batch_upsert` */
export function toolNameOf({ name }: Pick<AnyOperation, "name">): string {
  return name.replaceAll(".", "_");
}

/** An operation by its own name or its tool's: models use either. */
export function operationNamed(name: string): OrganizationOperation | undefined {
  return BY_TOOL_NAME.get(toolNameOf({ name }));
}

/** A name that came from a client, as an error may repeat it. */
export function shownName(name: string): string {
  return name.length > NAME_LENGTH_SHOWN ? `${name.slice(0, NAME_LENGTH_SHOWN)}…` : name;
}
