import { ERROR_CATALOGUE, type Failure } from "../../domain/errors.ts";

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
