import { OAUTH_ERRORS, OAuthError, type OAuthFailure } from "../../domain/oauth/errors.ts";
import type { OAuthRequest } from "./request.ts";

/** JSON that must not be kept anywhere (RFC 6749, section 5.1), readable for pages of other origins: none of these endpoints looks at a cookie. */
export function oauthJson(status: number, body: unknown, headers: Headers = new Headers()): Response {
  headers.set("Content-Type", "application/json");
  if (!headers.has("Cache-Control")) headers.set("Cache-Control", "no-store");
  headers.set("Pragma", "no-cache");
  headers.set("Access-Control-Allow-Origin", "*");
  headers.set("Access-Control-Expose-Headers", "Retry-After, WWW-Authenticate, X-Request-Id");
  return new Response(JSON.stringify(body), { status, headers });
}

/** A refusal in the form of RFC 6749, section 5.2. */
function oauthFailure(failure: OAuthFailure, used_basic: boolean): Response {
  const headers = new Headers();
  // RFC 6749, section 5.2: a client that tried HTTP Basic is told the scheme.
  if (failure.error === "invalid_client" && used_basic) headers.set("WWW-Authenticate", 'Basic realm="CROW"');
  if (failure.error === "invalid_token") headers.set("WWW-Authenticate", 'Bearer realm="CROW", error="invalid_token"');
  if (failure.retry_after_s !== undefined) headers.set("Retry-After", String(failure.retry_after_s));
  return oauthJson(OAUTH_ERRORS[failure.error], { error: failure.error, error_description: failure.description }, headers);
}

/** Runs an endpoint; a refusal it throws becomes its answer. */
export async function answering({ request, log }: OAuthRequest, work: () => Promise<Response>): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    log.error = error.error;
    return oauthFailure(error.toFailure(), request.headers.has("Authorization"));
  }
}

/** RFC 8414 and its like are read by pages of any origin. */
export function preflight(methods: string): Response {
  return new Response(null, {
    status: 204,
    headers: {
      "Access-Control-Allow-Origin": "*",
      "Access-Control-Allow-Methods": methods,
      "Access-Control-Allow-Headers": "Authorization, Content-Type, MCP-Protocol-Version",
      "Access-Control-Max-Age": "86400",
    },
  });
}
