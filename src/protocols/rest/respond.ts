import { ERROR_CATALOGUE, type Failure } from "../../domain/errors.ts";
import type { ExecuteResult } from "../../domain/execute.ts";
import { rateLimitHeaders } from "./rate_limit_headers.ts";

const JSON_TYPE = "application/json; charset=utf-8";

/** A success body as JSON. */
export function jsonResponse(status: number, body: unknown, headers: Headers): Response {
  headers.set("Content-Type", JSON_TYPE);
  return new Response(JSON.stringify(body), { status, headers });
}

/** A failure in the one error form: `{"error": {"code", "message", "details"}}`. */
export function errorResponse(failure: Failure, headers: Headers = new Headers()): Response {
  const { status } = ERROR_CATALOGUE[failure.code];
  headers.set("Content-Type", JSON_TYPE);
  if (status === 503 && !headers.has("Retry-After")) headers.set("Retry-After", "1");
  return new Response(JSON.stringify({ error: { code: failure.code, message: failure.message, details: failure.details } }), { status, headers });
}

/** What every answer of an executed request says of the limits. */
export function limitHeaders(result: ExecuteResult): Headers {
  const headers = result.limit ? rateLimitHeaders(result.limit) : new Headers();
  if (result.retry_after_s !== null) headers.set("Retry-After", String(result.retry_after_s));
  return headers;
}
