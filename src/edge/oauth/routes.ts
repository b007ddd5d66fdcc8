import { baseUrlOf } from "../base_url.ts";
import { callerAddress } from "../caller_address.ts";
import type { RequestLog } from "../request_context.ts";
import { handleAuthorize } from "./authorize.ts";
import { handleConsent } from "./consent.ts";
import { handleIntrospect } from "./introspect.ts";
import { handleMetadata } from "./metadata.ts";
import { handlePushedRequest } from "./pushed_requests.ts";
import { handleRegister } from "./register.ts";
import type { OAuthRequest } from "./request.ts";
import { oauthJson, preflight } from "./respond.ts";
import { handleRevoke } from "./revoke.ts";
import { handleToken } from "./token.ts";
import { handleUserinfo } from "./userinfo.ts";

const URL_MAX_LENGTH = 8_192;

interface Endpoint {
  methods: readonly string[];
  handle: (context: OAuthRequest) => Promise<Response>;
}

const ENDPOINTS: Record<string, Endpoint> = {
  "/oauth/authorize": { methods: ["GET", "POST"], handle: handleAuthorize },
  "/oauth/consent": { methods: ["POST"], handle: handleConsent },
  "/oauth/token": { methods: ["POST"], handle: handleToken },
  "/oauth/revoke": { methods: ["POST"], handle: handleRevoke },
  "/oauth/introspect": { methods: ["POST"], handle: handleIntrospect },
  "/oauth/register": { methods: ["POST"], handle: handleRegister },
  "/oauth/userinfo": { methods: ["GET", "POST"], handle: handleUserinfo },
  "/oauth/par": { methods: ["POST"], handle: handlePushedRequest },
};

/** Pages with cookies: no other origin may read them. */
const PAGES: ReadonlySet<string> = new Set(["/oauth/authorize", "/oauth/consent"]);

/** The authorization server and its public documents; null for any other path. */
export async function handleOAuth(request: Request, env: Env, url: URL, log: RequestLog): Promise<Response | null> {
  const base_url = baseUrlOf(request, env);
  if (url.pathname.startsWith("/.well-known/")) {
    if (request.method === "OPTIONS") return preflight("GET, HEAD");
    return request.method === "GET" || request.method === "HEAD" ? handleMetadata(url.pathname, env, base_url) : null;
  }
  const endpoint = Object.hasOwn(ENDPOINTS, url.pathname) ? ENDPOINTS[url.pathname]! : null;
  if (!endpoint) return null;
  log.protocol = "oauth";
  if (request.url.length > URL_MAX_LENGTH) return new Response(null, { status: 414 });
  log.operation = url.pathname.slice("/oauth/".length);
  if (request.method === "OPTIONS" && !PAGES.has(url.pathname)) return preflight(endpoint.methods.join(", "));
  if (!endpoint.methods.includes(request.method)) {
    const allow = endpoint.methods.join(", ");
    if (PAGES.has(url.pathname)) return new Response(null, { status: 405, headers: { Allow: allow } });
    return oauthJson(405, { error: "invalid_request", error_description: `Use ${allow}` }, new Headers({ Allow: allow }));
  }
  return endpoint.handle({ request, env, base_url, ip: callerAddress(request), request_id: log.request_id, log });
}
