/** Headers of every answer: nothing is sniffed, framed, or leaked by referrer; API answers are never cached by intermediaries. */
export function setCommonHeaders(headers: Headers, request_id: string, timing: { total_ms: number; actor_ms: number }): void {
  headers.set("X-Request-Id", request_id);
  headers.set("Server-Timing", `total;dur=${timing.total_ms}, actor;dur=${timing.actor_ms}`);
  headers.set("X-Content-Type-Options", "nosniff");
  headers.set("X-Frame-Options", "DENY");
  headers.set("Referrer-Policy", "no-referrer");
  headers.set("Strict-Transport-Security", "max-age=31536000");
  if (!headers.has("Content-Security-Policy")) headers.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  if (!headers.has("Cache-Control")) headers.set("Cache-Control", "no-store");
}

const EXPOSED =
  "ETag, Idempotency-Replayed, Link, RateLimit, RateLimit-Policy, Retry-After, Server-Timing, WWW-Authenticate, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id";

/**
 * CORS for the API: any origin, no cookies. Credentials are bearer keys that a page must hold itself, so no other site's page can borrow them; an
 * organization restricts publishable keys to its own origins by `settings.allowed_origins`.
 */
export function setCorsHeaders(headers: Headers): void {
  headers.set("Access-Control-Allow-Origin", "*");
  headers.set("Access-Control-Expose-Headers", EXPOSED);
}

/** What our clients send. */
const ALLOWED =
  "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, X-API-Key, X-Organization-Id, X-Request-Id, traceparent";
/** What GraphQL clients add of themselves. */
const ALLOWED_FOR_GRAPHQL = [
  "Apollo-Require-Preflight, Apollographql-Client-Name, Apollographql-Client-Version, GraphQL-Require-Preflight, X-Apollo-Operation-Id, X-Apollo-Operation-Name",
].join(", ");

export function preflightResponse(): Response {
  const headers = new Headers({
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": `${ALLOWED}, ${ALLOWED_FOR_GRAPHQL}`,
    "Access-Control-Max-Age": "86400",
  });
  setCorsHeaders(headers);
  return new Response(null, { status: 204, headers });
}

/** The same for a protocol that some origins alone may use (see `refuseOrigin`); a request that comes from no page needs none. */
export function setMcpCorsHeaders(headers: Headers, origin: string | null): void {
  headers.append("Vary", "Origin");
  if (origin === null) return;
  headers.set("Access-Control-Allow-Origin", origin);
  headers.set("Access-Control-Expose-Headers", `${EXPOSED}, MCP-Protocol-Version, Mcp-Session-Id`);
}

export function mcpPreflightResponse(origin: string | null): Response {
  const response = preflightResponse();
  response.headers.delete("Access-Control-Allow-Origin");
  response.headers.set("Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS");
  response.headers.set(
    "Access-Control-Allow-Headers",
    `${ALLOWED}, MCP-Protocol-Version, Mcp-Method, Mcp-Name, Mcp-Session-Id, X-MCP-Readonly, X-MCP-Toolsets`,
  );
  setMcpCorsHeaders(response.headers, origin);
  return response;
}
