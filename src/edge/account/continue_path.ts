const LENGTH_MAX = 8_000;
const DEFAULT = "/account";

/**
 * Where somebody goes on after signing in: a path of ours below /oauth/ or /account, else /account. Anything that a browser could read as another site's
 * address is refused: a second slash at the start of a segment, a backslash, a control character, a dot segment.
 */
export function continuePath(text: string | null | undefined): string {
  if (!text || text.length > LENGTH_MAX || !/^\/[\x21-\x7e]*$/.test(text) || text.includes("\\")) return DEFAULT;
  const path = text.split(/[?#]/, 1)[0]!;
  if (path.includes("//") || /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i.test(path)) return DEFAULT;
  return path === "/account" || path.startsWith("/account/") || path.startsWith("/oauth/") ? text : DEFAULT;
}
