import { ALL_SCOPES, SCOPES, type Scope } from "../scopes.ts";
import { OAuthError } from "./errors.ts";

/** What OpenID Connect adds to the scopes of operations: facts about the person, in words they consent to. */
export const OPENID_SCOPES = {
  openid: "Know who you are: a stable account id",
  profile: "Know your name and your organizations",
  email: "Know your e-mail address",
  offline_access: "Keep access while you are away",
} as const;

export type OpenIdScope = keyof typeof OPENID_SCOPES;

export const ALL_OPENID_SCOPES = Object.keys(OPENID_SCOPES) as OpenIdScope[];

/** A space-separated list of scopes, sorted out. */
export interface RequestedScopes {
  scopes: Scope[];
  openid_scopes: OpenIdScope[];
}

/** Reads `scope` (RFC 6749, section 3.3). An unknown scope is refused, so that a typing error does not end in a token that lacks something. */
export function parseScope(text: string | null): RequestedScopes | null {
  if (text === null) return null;
  const names = [...new Set(text.split(" ").filter((name) => name !== ""))];
  const unknown = names.find((name) => !Object.hasOwn(SCOPES, name) && !Object.hasOwn(OPENID_SCOPES, name));
  if (unknown !== undefined)
    throw new OAuthError("invalid_scope", `Unknown scope ${unknown.replaceAll(/[^\w:.-]/g, "").slice(0, 60)}; see scopes_supported in the metadata`);
  return sortOut(names);
}

/** The same where unknown scopes are left out: registered metadata, and tokens that an earlier version issued. */
export function knownScopes(text: string): RequestedScopes {
  return sortOut(text.split(" "));
}

function sortOut(names: readonly string[]): RequestedScopes {
  return {
    scopes: ALL_SCOPES.filter((scope) => names.includes(scope)),
    openid_scopes: ALL_OPENID_SCOPES.filter((scope) => names.includes(scope)),
  };
}

/** The scopes of the one list that is in all of these; null stands for no bound. */
export function intersectScopes(...bounds: (readonly Scope[] | null)[]): Scope[] {
  return ALL_SCOPES.filter((scope) => bounds.every((bound) => bound === null || bound.includes(scope)));
}

/** As it stands in `scope`. */
export function formatScope(scopes: readonly string[], openid_scopes: readonly string[] = []): string {
  return [...openid_scopes, ...scopes].join(" ");
}
