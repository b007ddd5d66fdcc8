import type { AnyOperation } from "../../../domain/operation.ts";
import type { JsonSchema } from "../json_schema.ts";

export const EXPECTED_VERSION: JsonSchema = { type: "integer", description: "The version you read: refused when it has changed since" };

/** Whether a call can name the version that it changes. */
export function takesVersion({ versioned, effect }: AnyOperation): boolean {
  return versioned === true && (effect === "update" || effect === "delete");
}
