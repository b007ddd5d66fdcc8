import type * as z from "zod";
import type { OperationContext } from "./context.ts";
import type { Scope } from "./scopes.ts";

/**
 * What hangs off an entity, such as a product's recent interactions: loaded for many parents with a fixed number of statements. Protocols that answer with graphs
 * offer it as a field; flat ones need not.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- parents are whatever entities the relation names
export interface Relation<Input extends z.ZodType = z.ZodType, Parent = any, Value extends z.ZodType = z.ZodType> {
  /** `entity.field`, snake_case; unique. */
  name: string;
  /** Schema ids of the entities it hangs on. */
  of: readonly string[];
  field: string;
  summary: string;
  scope: Scope;
  /** What one look-up takes from the rate-limit bucket, for each ten parents. */
  cost: number;
  input: Input;
  /** What one parent gets. */
  output: Value;
  load(ctx: OperationContext, parents: readonly Parent[], input: z.output<Input>): z.output<Value>[];
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a registry holds relations of every input and output
export type AnyRelation = Relation<z.ZodType<any, any>, any, z.ZodType<any, any>>;

/** Declares a relation with its types inferred. */
export function defineRelation<Input extends z.ZodType, Parent, Value extends z.ZodType>(
  relation: Relation<Input, Parent, Value>,
): Relation<Input, Parent, Value> {
  return relation;
}
