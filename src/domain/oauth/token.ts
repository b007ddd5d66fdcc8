import type { AccessTokenCredential } from "../principal.ts";
import { knownScopes } from "./scope.ts";

/** Short-lived: what is revoked is refused at once, and a leaked token is worth little. */
export const ACCESS_TOKEN_TTL_S = 900;
export const ID_TOKEN_TTL_S = 3_600;
export const CODE_TTL_MS = 60_000;
/** A refresh token that is not used for so long ends its grant. */
export const REFRESH_TOKEN_TTL_MS = 60 * 86_400_000;

/** The claims of an access token (RFC 9068, section 2.2), `organization` and `grant_id` being ours. */
export interface AccessTokenClaims {
  iss: string;
  aud: string | string[];
  sub: string;
  client_id: string;
  organization: string;
  scope: string;
  jti: string;
  grant_id: string;
  iat: number;
  nbf: number;
  exp: number;
}

/** What verified claims say of the caller; null when they are not those of an access token of ours. Scopes that this version no longer has are left out. */
export function credentialOf(claims: Record<string, unknown>): AccessTokenCredential | null {
  const { sub, client_id, organization, scope, jti, grant_id, exp } = claims;
  if (![sub, client_id, organization, scope, jti, grant_id].every((claim) => typeof claim === "string") || typeof exp !== "number") return null;
  return {
    kind: "access_token",
    organization_id: organization as string,
    grant_id: grant_id as string,
    client_id: client_id as string,
    account_id: sub === client_id ? null : (sub as string),
    scopes: knownScopes(scope as string).scopes,
    token_id: jti as string,
    expires_at_ms: exp * 1_000,
  };
}
