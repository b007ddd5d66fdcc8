/**
 * The error catalogue: one code for one cause, the same in every protocol.
 * An adapter projects a code to its own wire (HTTP status, JSON-RPC code, GraphQL extension); handlers only name causes.
 */
export const ERROR_CATALOGUE = {
  VALIDATION_ERROR: {
    status: 400,
    summary: "The request is malformed or a value is not acceptable.",
    fix: "Correct the field named in `details.field`; `details.expected` says what it takes.",
  },
  UNAUTHENTICATED: {
    status: 401,
    summary: "No valid credential was sent.",
    fix: "Send `Authorization: Bearer …` with an API key that is not revoked or expired, or an access token: refresh it, or sign in again.",
  },
  FORBIDDEN: {
    status: 403,
    summary: "The credential is valid but may not do this.",
    fix: "Use a credential that has the scope named in `details.required_scope`.",
  },
  NOT_FOUND: {
    status: 404,
    summary: "Nothing with this address exists for this credential.",
    fix: "Check the identifier and that it belongs to this organization.",
  },
  PERSISTED_QUERY_NOT_FOUND: {
    status: 404,
    summary: "No GraphQL operation with this hash is known here.",
    fix: "Send the operation's text with its hash once, or register it.",
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    summary: "The resource does not support this HTTP method.",
    fix: "Use one of the methods in the `Allow` header.",
  },
  NOT_ACCEPTABLE: {
    status: 406,
    summary: "None of the media types in `Accept` can be produced.",
    fix: "Accept the media type named in `details.expected`.",
  },
  CONFLICT: {
    status: 409,
    summary: "The change collides with the present state.",
    fix: "Read the current state, then decide; `details` names what collides.",
  },
  IDEMPOTENCY_IN_PROGRESS: {
    status: 409,
    summary: "A request with this Idempotency-Key is still running.",
    fix: "Retry the same request in a moment.",
  },
  GONE: {
    status: 410,
    summary: "The resource existed and is no longer available.",
    fix: "Create it again if you still need it; where it is a place in the event log, read the present state and go on from now.",
  },
  PRECONDITION_FAILED: {
    status: 412,
    summary: "The resource changed since the version named in If-Match.",
    fix: "Read it again and repeat the change on the current version.",
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    summary: "The body or one item in it is larger than allowed.",
    fix: "Split the request; `details.limit_bytes` is the bound.",
  },
  URI_TOO_LONG: { status: 414, summary: "The request URL is longer than allowed.", fix: "Shorten the filters or use several requests." },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, summary: "The body's Content-Type is not supported.", fix: "Send `Content-Type: application/json`." },
  IDEMPOTENCY_MISMATCH: { status: 422, summary: "This Idempotency-Key was used with a different request.", fix: "Use a new key for a new request." },
  PRECONDITION_REQUIRED: { status: 428, summary: "This write needs an If-Match header.", fix: "Read the resource and send its ETag in `If-Match`." },
  RATE_LIMITED: {
    status: 429,
    summary: "The credential's request budget is used up.",
    fix: "Wait `Retry-After` seconds. Where `details.retry_after_s` is null the request costs more than its limit ever admits at once (`details.cost`, `details.limit`): split it.",
  },
  INTERNAL_ERROR: {
    status: 500,
    summary: "Something failed on our side.",
    fix: "Retry with the same Idempotency-Key; report the X-Request-Id if it persists.",
  },
  UNAVAILABLE: { status: 503, summary: "The service cannot answer right now.", fix: "Retry after `Retry-After` seconds." },
} as const satisfies Record<string, { status: number; summary: string; fix: string }>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

export type ErrorDetails = Record<string, unknown>;

/** A failure as plain data, safe to cross an RPC and to show to the caller. */
export interface Failure {
  code: ErrorCode;
  message: string;
  details: ErrorDetails;
}

/** Thrown inside handlers to end a call with a catalogued failure; never crosses the RPC. */
export class OperationError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
  ) {
    super(message);
  }

  toFailure(): Failure {
    return { code: this.code, message: this.message, details: this.details };
  }
}

/** The value at `field` is not acceptable. `field` is dotted, as the caller wrote it. */
export function invalid(field: string, expected: string, message = `Invalid ${field}`): OperationError {
  return new OperationError("VALIDATION_ERROR", message, { field, expected });
}

/** Nothing with this id exists for this caller; says nothing about whether it exists elsewhere. */
export function notFound(resource: string, id: string): OperationError {
  return new OperationError("NOT_FOUND", `No such ${resource}: ${id}`, { resource, id });
}
