import { OperationError, type Failure } from "../../../domain/errors.ts";
import type { Argument } from "./arguments.ts";
import { clientText } from "./domain_names.ts";

/** A failure as resolvers throw it; `made` are the arguments that it may be about. */
export function errorOf({ code, message, details }: Failure, made: readonly Argument[] = []): OperationError {
  const named = clientFailure({ code, message, details }, made);
  return new OperationError(named.code, named.message, named.details);
}

/** A failure that names places as the client wrote them. */
function clientFailure(failure: Failure, made: readonly Argument[]): Failure {
  const { field, expected, issues, results } = failure.details;
  if (typeof field !== "string") return failure;
  return {
    ...failure,
    message: clientMessage(failure.message, field, made),
    details: {
      ...failure.details,
      field: clientField(field, made),
      ...(typeof expected === "string" ? { expected: inputText(expected, made) } : {}),
      ...(Array.isArray(issues) ? { issues: issues.map((issue) => clientIssue(issue as Issue, made)) } : {}),
      ...(Array.isArray(results) ? { results: results.map((result) => clientItem(result, made)) } : {}),
    },
  };
}

/** The answer to a batch whose items failed one by one, with places as the client wrote them. */
export function clientItemErrors(value: unknown, made: readonly Argument[]): unknown {
  if (typeof value !== "object" || value === null || !("results" in value) || !Array.isArray(value.results)) return value;
  return { ...value, results: value.results.map((result) => clientItem(result, made)) };
}

interface Issue {
  field: string;
  expected: string;
  message: string;
}

function clientIssue(issue: Issue, made: readonly Argument[]): Issue {
  const { field, expected, message } = issue;
  return { field: clientField(field, made), expected: inputText(expected, made), message: clientMessage(message, field, made) };
}

function clientItem(result: unknown, made: readonly Argument[]): unknown {
  if (typeof result !== "object" || result === null || !("error" in result)) return result;
  return { ...result, error: clientFailure(result.error as Failure, made) };
}

/** `filter.date_from` → `filter.dateFrom`, `price.amount` → `input.price.amount`, `limit` → `first`. */
function clientField(field: string, made: readonly Argument[]): string {
  const path = field.split(".");
  return (
    made
      .find(({ keys }) => keys.includes(path[0]!))
      ?.clientPath(path)
      .join(".") ?? field
  );
}

/** A message that is about the place alone names it; another speaks of the input's fields. */
function clientMessage(message: string, field: string, made: readonly Argument[]): string {
  return message.endsWith(` ${field}`) ? message.slice(0, -field.length) + clientField(field, made) : inputText(message, made);
}

/** A text that speaks of the input's fields: other words may be values. */
function inputText(text: string, made: readonly Argument[]): string {
  return clientText(text, new Set(made.flatMap(({ keys }) => keys)));
}
