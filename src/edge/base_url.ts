/** The origin under which this deployment is known: also its issuer (RFC 8414). */
export function baseUrlOf(request: Request, env: Env): string {
  return env.PUBLIC_URL === undefined ? request.url.slice(0, request.url.indexOf("/", 8)) : new URL(env.PUBLIC_URL).origin;
}
