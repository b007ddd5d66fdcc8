import type { AnyOperation } from "../../../domain/operation.ts";

/** The family an operation belongs to: the part of its name before the dot. */
export function tagOf(operation: AnyOperation): string {
  return operation.name.split(".")[0]!;
}
