import type * as z from "zod";
import type { McpHost } from "../../../domain/mcp/executor.ts";
import type { Operation } from "../../../domain/operation.ts";
import { OPERATIONS_BY_NAME } from "../../../domain/registry.ts";
import { failed } from "../protocol_errors.ts";

/** Runs a read as the request's principal. Throws McpError with the catalogue's code. What comes back may be lazy: use it in this turn. */
export function run<Input extends z.ZodType, Output extends z.ZodType>(
  host: McpHost,
  operation: Operation<Input, Output>,
  input: z.input<Input>,
): z.output<Output> {
  const outcome = host.call({ operation: operation.name, input });
  if (!outcome.ok) throw failed(outcome.failure);
  return outcome.value as z.output<Output>;
}

/** What these operations take from the bucket together. */
export function costOf(operations: readonly string[]): number {
  return operations.reduce((sum, name) => sum + (OPERATIONS_BY_NAME.get(name)?.cost ?? 0), 0);
}

/** A description that says what it costs, where that is more than 1: what says nothing costs no more. */
export function withCost(description: string, operations: readonly string[]): string {
  const cost = costOf(operations);
  return cost > 1 ? `${description} Costs ${cost}.` : description;
}
