import { SignJWT } from "jose";
import type { IssuedGrant } from "../../domain/oauth/exchange.ts";
import { ID_TOKEN_TTL_S } from "../../domain/oauth/token.ts";
import { readKeySet } from "./key_set.ts";

/** Signs the id_token of a sign-in (OpenID Connect Core, section 2); null where `openid` was not granted. E-mail addresses are names here, never proven. */
export async function issueIdToken(env: Env, grant: IssuedGrant, base_url: string): Promise<string | null> {
  if (!grant.openid_scopes.includes("openid") || grant.account_id === null || grant.authenticated_at_ms === null) return null;
  const { signer } = await readKeySet(env);
  const now_s = Math.floor(Date.now() / 1_000);
  const claims = {
    auth_time: Math.floor(grant.authenticated_at_ms / 1_000),
    organization: grant.organization_id,
    ...(grant.nonce === null ? {} : { nonce: grant.nonce }),
    ...personClaims(grant),
  };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "ES256", typ: "JWT", kid: signer.kid })
    .setIssuer(base_url)
    .setAudience(grant.client_id)
    .setSubject(grant.account_id)
    .setIssuedAt(now_s)
    .setExpirationTime(now_s + ID_TOKEN_TTL_S)
    .sign(signer.key);
}

/** What `profile` and `email` tell (OpenID Connect Core, section 5.4). */
export function personClaims(grant: Pick<IssuedGrant, "openid_scopes" | "person">): Record<string, unknown> {
  if (!grant.person) return {};
  return {
    ...(grant.openid_scopes.includes("profile") ? { name: grant.person.name } : {}),
    ...(grant.openid_scopes.includes("email") ? { email: grant.person.email, email_verified: false } : {}),
  };
}
