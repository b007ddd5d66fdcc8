import type { ExecuteResult } from "../domain/execute.ts";
import type { LimitState, WindowState } from "../domain/rate_limit.ts";

/**
 * `RateLimit-Policy` and `RateLimit` as the IETF draft (draft-ietf-httpapi-ratelimit-headers) has them, one item for each window, and the older
 * `X-RateLimit-*` for the window that is nearer its end.
 */
function rateLimitHeaders(limit: LimitState): Headers {
  const headers = new Headers();
  const windows: [string, WindowState, number][] = [];
  if (limit.minute) windows.push(["minute", limit.minute, 60]);
  if (limit.day) windows.push(["day", limit.day, 86_400]);
  if (windows.length === 0) return headers;
  headers.set("RateLimit-Policy", windows.map(([name, state, seconds]) => `"${name}";q=${state.limit};w=${seconds}`).join(", "));
  headers.set("RateLimit", windows.map(([name, state]) => `"${name}";r=${state.remaining};t=${state.reset_s}`).join(", "));
  const [, tight] = windows.reduce((nearest, window) => (window[1].remaining < nearest[1].remaining ? window : nearest));
  headers.set("X-RateLimit-Limit", String(tight.limit));
  headers.set("X-RateLimit-Remaining", String(tight.remaining));
  headers.set("X-RateLimit-Reset", String(tight.reset_s));
  return headers;
}

/** What every answer of an executed request says of the limits. */
export function limitHeaders(result: Pick<ExecuteResult, "limit" | "retry_after_s">): Headers {
  const headers = result.limit ? rateLimitHeaders(result.limit) : new Headers();
  if (result.retry_after_s !== null) headers.set("Retry-After", String(result.retry_after_s));
  return headers;
}
