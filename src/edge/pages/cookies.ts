/** Cookies that only this origin can set, over TLS (or on this machine), and no script can read. */
export type CookieName = `__Host-crow_${string}`;

/** The value of a cookie, or null. */
export function readCookie(request: Request, name: CookieName): string | null {
  for (const part of (request.headers.get("Cookie") ?? "").split(";")) {
    const [found, value] = splitOnce(part.trim());
    if (found === name) return value;
  }
  return null;
}

/** A Set-Cookie value. Without `max_age_s` the cookie lives as long as the browser's session. */
export function cookie(name: CookieName, value: string, max_age_s?: number): string {
  const age = max_age_s === undefined ? "" : `; Max-Age=${max_age_s}`;
  return `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax${age}`;
}

export function expiredCookie(name: CookieName): string {
  return cookie(name, "", 0);
}

function splitOnce(part: string): [string, string] {
  const at = part.indexOf("=");
  return at < 0 ? [part, ""] : [part.slice(0, at), part.slice(at + 1)];
}
