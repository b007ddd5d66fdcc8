import { jwtVerify, SignJWT, type FlattenedJWSInput, type JWTHeaderParameters } from "jose";
import { BoundedMap } from "../../domain/bounded_map.ts";
import type { IssuedGrant } from "../../domain/oauth/exchange.ts";
import { formatScope } from "../../domain/oauth/scope.ts";
import { ACCESS_TOKEN_TTL_S, credentialOf, type AccessTokenClaims } from "../../domain/oauth/token.ts";
import type { AccessTokenCredential } from "../../domain/principal.ts";
import { readKeySet } from "./key_set.ts";

const TOKEN_LENGTH_MAX = 8_192;
const VERIFIED_MAX = 5_000;
const CLOCK_TOLERANCE_S = 5;
const ALGORITHM = "ES256";

/** A token whose signature, type, issuer and times hold. Whether its grant still does, only the organization's actor knows. */
export interface VerifiedToken {
  credential: AccessTokenCredential;
  audience: string[];
  /** As it stands in the token, openid scopes among them. */
  scope: string;
  issued_at_ms: number;
}

interface Verified extends VerifiedToken {
  /** The key that signed it must still be in the set. */
  kid: string;
}

/** Tokens that passed, by issuer and text: a signature is checked once per isolate. Never past the token's expiry or its key's. */
const verified = new BoundedMap<string, Verified>(VERIFIED_MAX);

/** Verifies an access token by the cached key set, without a look-up (RFC 9068, section 4). Null for every reason alike. */
export async function verifyAccessToken(env: Env, token: string, base_url: string): Promise<VerifiedToken | null> {
  if (token.length > TOKEN_LENGTH_MAX) return null;
  const cached_as = `${env.CROW_SECRET}\n${base_url}\n${token}`;
  const known = verified.get(cached_as);
  if (known) {
    const { kids } = await readKeySet(env);
    if (kids.has(known.kid) && known.credential.expires_at_ms > Date.now()) return known;
    verified.delete(cached_as);
  }
  try {
    const { payload, protectedHeader } = await jwtVerify(token, (header, jws) => keyOf(env, header, jws), {
      algorithms: [ALGORITHM],
      typ: "at+jwt",
      issuer: base_url,
      clockTolerance: CLOCK_TOLERANCE_S,
      requiredClaims: ["exp", "iat", "aud", "sub", "jti"],
    });
    const credential = credentialOf(payload);
    if (!credential) return null;
    const result: Verified = {
      credential,
      audience: [payload.aud ?? []].flat(),
      scope: String(payload.scope),
      issued_at_ms: payload.iat! * 1_000,
      kid: protectedHeader.kid!,
    };
    verified.set(cached_as, result);
    return result;
  } catch {
    return null;
  }
}

/** Signs an access token (RFC 9068, section 2). */
export async function issueAccessToken(env: Env, grant: IssuedGrant, base_url: string): Promise<string> {
  const { signer } = await readKeySet(env);
  const now_s = Math.floor(Date.now() / 1_000);
  const claims: AccessTokenClaims = {
    iss: base_url,
    aud: grant.audience.length === 1 ? grant.audience[0]! : grant.audience,
    sub: grant.account_id ?? grant.client_id,
    client_id: grant.client_id,
    organization: grant.organization_id,
    scope: formatScope(grant.scopes, grant.openid_scopes),
    jti: `tok_${crypto.randomUUID().replaceAll("-", "")}`,
    grant_id: grant.grant_id,
    iat: now_s,
    nbf: now_s,
    exp: now_s + ACCESS_TOKEN_TTL_S,
  };
  return new SignJWT({ ...claims }).setProtectedHeader({ alg: ALGORITHM, typ: "at+jwt", kid: signer.kid }).sign(signer.key);
}

/** The key that a token names: one of ours, or none. A token without a kid, or with one that is not in the set, is refused before any signature is looked at. */
async function keyOf(env: Env, header: JWTHeaderParameters, jws: FlattenedJWSInput): Promise<CryptoKey> {
  const keys = await readKeySet(env, header.kid);
  if (header.kid === undefined || !keys.kids.has(header.kid)) throw new Error("Unknown key");
  return keys.verify(header, jws);
}
