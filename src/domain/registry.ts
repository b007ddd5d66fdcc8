import type { AnyOperation } from "./operation.ts";
import { operations as organizations } from "./organizations/index.ts";
import { operations as products } from "./products/index.ts";

/** Every capability of the platform; what is not here does not exist in any protocol. */
export const OPERATIONS: readonly AnyOperation[] = [...organizations, ...products];

export const OPERATIONS_BY_NAME: ReadonlyMap<string, AnyOperation> = new Map(OPERATIONS.map((operation) => [operation.name, operation]));
