import type * as z from "zod";
import type { Failure } from "../../../domain/errors.ts";
import type { AnyOperation } from "../../../domain/operation.ts";

/** How one REST version shows the neutral model. A version's differences live here and nowhere else. */
export interface RestVersion {
  name: "v1" | "v2";
  /** Whether writes on a versioned resource must carry If-Match (428 otherwise). */
  requires_if_match: boolean;
  /** Input fields this version does not have. */
  hidden_inputs: ReadonlySet<string>;
  /** Wire body or query → the operation's input. Leaves what it cannot read for the operation's own validation to refuse. */
  decode(operation: AnyOperation, input: Record<string, unknown>): Record<string, unknown>;
  /** The operation's output → wire body. */
  encode(operation: AnyOperation, output: unknown): unknown;
  /** Field names in a failure as this version's clients wrote them. */
  failure(failure: Failure): Failure;
  /** Fields of one item of the output, for sparse `fields`. */
  fields(operation: AnyOperation): ReadonlySet<string>;
  /** JSON Schema of a zod schema as this version shows it. */
  jsonSchema(schema: z.ZodType, io: "input" | "output"): Record<string, unknown>;
}
