const LENGTH_MAX = 2_000;
/** RFC 8252, section 7.3: `localhost` is not recommended there, but what native applications use. */
const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(["127.0.0.1", "[::1]", "localhost"]);
/** A private-use scheme is a reversed domain name (RFC 8252, section 7.1), so no scheme of a browser's passes. */
const PRIVATE_USE_SCHEME = /^[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+:$/;

/** Why a client may not register this redirect URI, as what is expected; null where it may. RFC 6749, section 3.1.2; RFC 9700, section 4.1. */
export function redirectUriProblem(text: string): string | null {
  if (text.length > LENGTH_MAX) return `at most ${LENGTH_MAX} characters`;
  // A URL parser forgives blanks and control characters; what is compared and sent as a header must have none.
  if (!/^[\x21-\x7e]+$/.test(text)) return "an absolute URI in visible ASCII characters";
  const url = parse(text);
  if (!url) return "an absolute URI";
  if (text.includes("#")) return "a URI without a fragment";
  if (url.username !== "" || url.password !== "") return "a URI without credentials";
  if (text.includes("*")) return "a whole URI: nothing in it stands for something else";
  if (url.protocol === "https:") return url.hostname === "" ? "an https URI with a host" : null;
  if (url.protocol === "http:") return LOOPBACK_HOSTS.has(url.hostname) ? null : "https, or http on this computer (127.0.0.1, [::1], localhost)";
  return PRIVATE_USE_SCHEME.test(url.protocol) ? null : "https, http on this computer, or a private-use scheme such as com.example.app:/callback";
}

/**
 * Whether a presented redirect URI is one of the registered ones: the same text (RFC 9700, section 4.1.3), but any port on a loopback host, which a native
 * application cannot know before (RFC 8252, section 7.3).
 */
export function matchesRedirectUri(presented: string, registered: readonly string[]): boolean {
  if (registered.includes(presented)) return true;
  if (redirectUriProblem(presented) !== null) return false;
  const given = parse(presented)!;
  if (given.protocol !== "http:" || !LOOPBACK_HOSTS.has(given.hostname)) return false;
  return registered.some((uri) => {
    const known = parse(uri);
    return known?.protocol === "http:" && known.hostname === given.hostname && withoutPort(uri) === withoutPort(presented);
  });
}

/** Only the client itself gets what is sent there: an https host, but no other program on the same computer (RFC 8252, section 8.6). */
export function isExclusive(redirect_uri: string): boolean {
  return parse(redirect_uri)?.protocol === "https:";
}

/** What a page must name in its policy so that a form may end at this URI: the origin, or the scheme of a native application. */
export function formTargetOf(redirect_uri: string): string {
  const url = parse(redirect_uri)!;
  return url.protocol === "https:" || url.protocol === "http:" ? url.origin : url.protocol;
}

/** A redirect URI with the answer's parameters added to its query (RFC 6749, section 4.1.2). */
export function withParameters(redirect_uri: string, parameters: Record<string, string | null | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value != null) query.append(name, value);
  return `${redirect_uri}${redirect_uri.includes("?") ? "&" : "?"}${query.toString()}`;
}

function withoutPort(uri: string): string {
  return uri.replace(/^(http:\/\/(?:\[::1\]|[^:/?]+)):\d{1,5}(?=[/?]|$)/, "$1");
}

function parse(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}
