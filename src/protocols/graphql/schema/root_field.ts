import type * as z from "zod";
import type { DocumentHost } from "../../../domain/documents.ts";
import type { Call } from "../../../domain/execute.ts";
import type { AnyOperation } from "../../../domain/operation.ts";
import { validationError } from "../../../domain/validation.ts";
import type { Argument } from "./arguments.ts";
import type { InputField } from "./builder.ts";
import { clientText } from "./domain_names.ts";
import type { FieldCost } from "./field_cost.ts";
import { errorOf } from "./failures.ts";

type Args = Record<string, unknown>;

/** What GraphQL's arguments say, as the operation's input. */
export function readArguments(made: readonly Argument[], args: Args): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const { name, read } of made) read(args[name], input);
  return input;
}

/** Runs an operation with the arguments of its root field; throws its failure in the client's names. */
export function runOperation(
  operation: AnyOperation,
  made: readonly Argument[],
  args: Args,
  host: DocumentHost,
  options: Partial<Call> = {},
): { value: unknown; replayed: boolean } {
  const outcome = host.call({ operation: operation.name, input: readArguments(made, args), ...options });
  if (!outcome.ok) throw errorOf(outcome.failure, made);
  return outcome;
}

/** The same for a read, of which only the value matters. */
export function callOperation(operation: AnyOperation, made: readonly Argument[], args: Args, host: DocumentHost): unknown {
  return runOperation(operation, made, args, host).value;
}

/** What the arguments say, judged before anything runs. */
export function checkedInput<Input extends z.ZodType>(schema: Input, made: readonly Argument[], args: Args): z.output<Input> {
  const input = readArguments(made, args);
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw errorOf(validationError(parsed.error, input).toFailure(), made);
}

/** The arguments as a field declares them. */
export function declared(made: readonly Argument[]): Record<string, InputField> {
  return Object.fromEntries(made.map(({ name, field }) => [name, field]));
}

/** The size of lists that an argument bounds; undefined without that argument. */
export function sizeByArgument(made: readonly Argument[], name: string): FieldCost["size"] | undefined {
  const found = made.find((argument) => argument.name === name);
  if (found?.max === undefined) return undefined;
  const { defaultValue } = found.field;
  return { argument: name, default: typeof defaultValue === "number" ? defaultValue : found.max, max: found.max };
}

/** What every root field of an operation says of itself. */
export function aboutOperation(operation: AnyOperation): { description: string; extensions: { operation: string; cost: FieldCost } } {
  const { name, summary, cost } = operation;
  const description = operation.graphql?.description ?? operation.description;
  return {
    description: clientText(description === undefined ? summary : `${summary}. ${description}`),
    extensions: { operation: name, cost: { look_up: cost } },
  };
}
