import { GraphQLError } from "graphql";
import { errorLine } from "../../../domain/error_line.ts";
import { ERROR_CATALOGUE, OperationError, type ErrorCode, type Failure } from "../../../domain/errors.ts";

declare module "graphql" {
  interface GraphQLErrorExtensions {
    /** How the error shows in HTTP, as yoga reads it; never sent. `spec`: as application/json it is 200 all the same (GraphQL over HTTP, 6.4.1). */
    http?: { status: number; spec?: boolean; headers?: Record<string, string> };
  }
}

/** A failure of the whole request. */
export function failureError({ code, message, details }: Failure): GraphQLError {
  const { status } = ERROR_CATALOGUE[code];
  const headers: Record<string, string> = status === 503 ? { "Retry-After": "1" } : {};
  return new GraphQLError(message, { extensions: { code, details, http: { status, headers } } });
}

/** A document that cannot run is a GraphQL answer without data, unless more is known of the error. */
export function documentError(error: GraphQLError): GraphQLError {
  error.extensions.http ??= { spec: true, status: 400 };
  return error;
}

/** A request that is none: 400 whatever it accepts. */
export function requestError(error: GraphQLError): GraphQLError {
  error.extensions.http = { status: 400 };
  return error;
}

/** Whatever was thrown, as the client gets it: catalogued failures pass, anything else is our fault, logged with the request's id and told without detail. */
export function thrownError(error: unknown, request_id: string | null): GraphQLError {
  if (error instanceof GraphQLError) return error;
  if (error instanceof OperationError) return failureError(error.toFailure());
  console.error(errorLine({ request_id }, error));
  return failureError({
    code: "INTERNAL_ERROR",
    message: `Something failed on our side; report request ${request_id ?? "X-Request-Id"} if it persists`,
    details: {},
  });
}

const CODES_BY_STATUS: Readonly<Record<number, ErrorCode>> = { 400: "VALIDATION_ERROR", 405: "METHOD_NOT_ALLOWED", 413: "PAYLOAD_TOO_LARGE" };

/** Gives yoga's own errors, such as a mutation by GET, a code of the catalogue. */
export function yogaError(error: unknown): GraphQLError {
  if (!(error instanceof GraphQLError)) return thrownError(error, null);
  const code = error.extensions.code as string | undefined;
  if (code !== undefined && code in ERROR_CATALOGUE) return error;
  const { http } = error.extensions;
  const allowed = http?.headers?.Allow?.split(", ");
  return new GraphQLError(error.message, {
    extensions: {
      code: CODES_BY_STATUS[http?.status ?? 400] ?? "VALIDATION_ERROR",
      details: allowed ? { allowed } : {},
      http: http ?? { status: 400 },
    },
  });
}
