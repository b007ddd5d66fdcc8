import { GraphQLError, type ExecutionResult, type GraphQLFormattedError } from "graphql";
import type { DocumentHost } from "../../domain/documents.ts";
import { OperationError, type Failure } from "../../domain/errors.ts";
import type { WindowState } from "../../domain/rate_limit.ts";

/** Places that failed, at most: a relation that cannot be seen fails at each of its parents. */
const ERRORS_MAX = 100;

/** An execution's result as the client gets it. */
export function resultJson(result: ExecutionResult, extensions?: Record<string, unknown>): string {
  const { data, errors } = result;
  return JSON.stringify({
    ...(errors ? { errors: shownErrors(errors) } : {}),
    ...(data === undefined ? {} : { data }),
    ...(extensions ? { extensions } : {}),
  });
}

/** What a request took from the bucket and what it left. */
export function costOf({ charged, limit }: DocumentHost): Record<string, unknown> {
  return { charged, minute: shownWindow(limit?.minute), day: shownWindow(limit?.day) };
}

function shownWindow(state: WindowState | null | undefined): Record<string, number> | null {
  return state ? { limit: state.limit, remaining: state.remaining, resetS: state.reset_s } : null;
}

function shownErrors(errors: readonly GraphQLError[]): GraphQLFormattedError[] {
  const shown = errors.slice(0, ERRORS_MAX).map(shownError);
  const rest = errors.length - shown.length;
  if (rest > 0) shown.push({ message: `${rest} more places failed`, extensions: { ...shown.at(-1)!.extensions } });
  return shown;
}

/** An error with its code of the catalogue. What is our fault is logged and told without detail. */
export function shownError(error: GraphQLError): GraphQLFormattedError {
  const { message, code, details } = failureOf(error);
  return { ...error.toJSON(), message, extensions: { code, details } };
}

/** Why an execution failed there. */
export function failureOf(error: GraphQLError): Failure {
  const cause = error.originalError;
  if (cause instanceof OperationError) return cause.toFailure();
  // GraphQL's own refusals: of a request, before anything ran, or of a field's arguments.
  if (error.path === undefined || (cause instanceof GraphQLError && cause.nodes !== undefined))
    return { code: "VALIDATION_ERROR", message: error.message, details: {} };
  console.error(JSON.stringify({ level: "error", graphql_path: error.path, error: cause?.stack ?? error.message }));
  return { code: "INTERNAL_ERROR", message: "Something failed on our side; report the request's id if it persists", details: {} };
}
