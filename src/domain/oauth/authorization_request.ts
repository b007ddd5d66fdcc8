import type { OAuthClient } from "./client.ts";
import { OAuthError } from "./errors.ts";
import type { Parameters } from "./parameters.ts";
import { readChallenge } from "./pkce.ts";
import { matchesRedirectUri } from "./redirect_uri.ts";
import { readResources } from "./resource.ts";
import { formatScope, intersectScopes, parseScope, type OpenIdScope } from "./scope.ts";
import { ALL_SCOPES, type Scope } from "../scopes.ts";

/** How the person is to be asked (OpenID Connect Core, 3.1.2.1). */
export type Prompt = "none" | "login" | "consent" | "select_account";

/** An authorization request whose client and redirect URI are known to be good. */
export interface AuthorizationRequest {
  scopes: Scope[];
  openid_scopes: OpenIdScope[];
  audience: string[];
  code_challenge: string;
  nonce: string | null;
  prompts: Prompt[];
  max_age_s: number | null;
  login_hint: string | null;
  /** Ours: which of the person's organizations is asked for. */
  organization_id: string | null;
}

const PROMPTS: ReadonlySet<string> = new Set(["none", "login", "consent", "select_account"]);

/**
 * The redirect URI to answer to, judged before anything else: until it is known to be the client's, no error may be sent there (RFC 6749, section 4.1.2.1). Always
 * required, as OpenID Connect does (Core, 3.1.2.1).
 */
export function readRedirectUri(parameters: Parameters, client: OAuthClient): string {
  const presented = parameters.require("redirect_uri");
  if (!matchesRedirectUri(presented, client.redirect_uris))
    throw new OAuthError(
      "invalid_request",
      `The redirect_uri ${shown(presented)} is not one that this application registered; they are compared character by character`,
    );
  return presented;
}

/** What was sent, as far as it can stand in a message. */
function shown(text: string): string {
  return text.replaceAll(/[^\x21-\x7e]/g, "?").slice(0, 200);
}

/** Everything else of an authorization request; failures here go back to the client. */
export function readAuthorizationRequest(parameters: Parameters, client: OAuthClient, base_url: string): AuthorizationRequest {
  if (parameters.get("request") !== null)
    throw new OAuthError("request_not_supported", "Request objects are not supported; push the request instead");
  const response_type = parameters.require("response_type");
  if (response_type !== "code") throw new OAuthError("unsupported_response_type", "Only response_type=code is supported");
  const response_mode = parameters.get("response_mode");
  if (response_mode !== null && response_mode !== "query") throw new OAuthError("invalid_request", "Only response_mode=query is supported");
  if (!client.grant_types.includes("authorization_code")) throw new OAuthError("unauthorized_client", "This application may not use the code flow");
  const code_challenge = readChallenge(parameters.get("code_challenge"), parameters.get("code_challenge_method"));
  const { scopes, openid_scopes } = readScopes(parameters.get("scope"), client);
  return {
    scopes,
    openid_scopes,
    audience: readResources(parameters.getAll("resource"), base_url),
    code_challenge,
    nonce: parameters.get("nonce"),
    prompts: readPrompts(parameters.get("prompt")),
    max_age_s: readMaxAge(parameters.get("max_age")),
    login_hint: parameters.get("login_hint"),
    organization_id: parameters.get("organization"),
  };
}

/** Asked scopes, within the client's. None asked: all the client may have, but a client without a bound of its own gets to read only. */
function readScopes(text: string | null, client: OAuthClient): { scopes: Scope[]; openid_scopes: OpenIdScope[] } {
  const asked = parseScope(text);
  if (!asked) return { scopes: client.scopes ?? ALL_SCOPES.filter((scope) => scope.endsWith(":read")), openid_scopes: [] };
  const allowed = intersectScopes(asked.scopes, client.scopes);
  if (allowed.length < asked.scopes.length) {
    const beyond = asked.scopes.filter((scope) => !allowed.includes(scope));
    throw new OAuthError("invalid_scope", `This application may not ask for ${formatScope(beyond)}; an admin can widen its scopes`);
  }
  return asked;
}

function readPrompts(text: string | null): Prompt[] {
  const prompts = text === null ? [] : text.split(" ");
  if (prompts.some((prompt) => !PROMPTS.has(prompt))) throw new OAuthError("invalid_request", "prompt takes none, login, consent and select_account");
  if (prompts.includes("none") && prompts.length > 1) throw new OAuthError("invalid_request", "prompt=none stands alone");
  return prompts as Prompt[];
}

function readMaxAge(text: string | null): number | null {
  if (text === null) return null;
  if (!/^\d{1,9}$/.test(text)) throw new OAuthError("invalid_request", "max_age takes a number of seconds");
  return Number(text);
}
