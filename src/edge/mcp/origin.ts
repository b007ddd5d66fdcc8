import type { Failure } from "../../domain/errors.ts";

const LOOPBACK_NAME = /^(localhost|127\.0\.0\.1|\[::1\])$/;

/**
 * Why a request is not served because of where it comes from, or null. A page of another site can make a browser send requests, under a name of its own that leads to this machine too (DNS
 * rebinding): such a page's origin, or the name it uses, is not ours. What sends no Origin is no page.
 */
export function refuseOrigin(request: Request, env: Env): Failure | null {
  const url = new URL(request.url);
  if (!isOurHost(request, url, env)) {
    return {
      code: "FORBIDDEN",
      message: `This server is not known as ${url.host}; where a proxy is in front of it, set PUBLIC_URL`,
      details: { header: "Host" },
    };
  }
  const origin = request.headers.get("Origin");
  if (origin === null || isServedOrigin(origin, url, env)) return null;
  return {
    code: "FORBIDDEN",
    message: "Pages of this origin may not use this server; its operator lists origins in MCP_ALLOWED_ORIGINS",
    details: { header: "Origin" },
  };
}

/**
 * With PUBLIC_URL the server goes by that name, and by a loopback name, which nobody else can have: a proxy may send that. Without it, it goes by any name, unless it is asked by this very
 * machine: then by a loopback name alone, and by another for what a proxy passes on (see `callerAddress`) that is no page. A page may set the proxy's header itself.
 */
function isOurHost(request: Request, url: URL, env: Env): boolean {
  if (LOOPBACK_NAME.test(url.hostname)) return true;
  if (env.PUBLIC_URL !== undefined) return url.host === new URL(env.PUBLIC_URL).host;
  const peer = (request.cf as { clientIp?: unknown } | undefined)?.clientIp;
  const local = typeof peer === "string" && /^(127\.0\.0\.1|\[?::1\]?)(:\d+)?$/.test(peer);
  return !local || (request.headers.has("CF-Connecting-IP") && !request.headers.has("Origin"));
}

/** Our own, another program's on the machine that we are on, or one that the operator lists. */
function isServedOrigin(origin: string, url: URL, env: Env): boolean {
  if (!URL.canParse(origin)) return false;
  const from = new URL(origin);
  // A proxy that ends TLS says http to us where the page says https.
  if (env.PUBLIC_URL === undefined ? from.host === url.host : from.origin === new URL(env.PUBLIC_URL).origin) return true;
  const own_name = env.PUBLIC_URL === undefined ? url.hostname : new URL(env.PUBLIC_URL).hostname;
  if (LOOPBACK_NAME.test(own_name) && LOOPBACK_NAME.test(from.hostname) && /^https?:$/.test(from.protocol)) return true;
  return (env.MCP_ALLOWED_ORIGINS ?? "").split(",").some((listed) => sameOrigin(listed.trim(), origin));
}

/** Schemes of extensions and apps have no origin that URL knows: those are compared as they are written. */
function sameOrigin(listed: string, origin: string): boolean {
  return listed !== "" && (listed === origin || (URL.canParse(listed) && new URL(listed).origin !== "null" && new URL(listed).origin === origin));
}
