import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from "jose";
import { BoundedMap } from "../../domain/bounded_map.ts";
import type { OAuthClient } from "../../domain/oauth/client.ts";
import { ClientJwks } from "../../domain/oauth/jwks.ts";
import { fetchJson } from "../outgoing_fetch.ts";

/** Signatures by a private key; a symmetric one or none proves nothing here. */
export const ASSERTION_ALGORITHMS = ["ES256", "ES384", "EdDSA", "RS256", "PS256"];
export const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const LIFETIME_MAX_S = 300;
const CLOCK_TOLERANCE_S = 5;
const JWKS_MAX_BYTES = 32_768;
const JWKS_KEPT_MS = 5 * 60_000;
const JWKS_PAUSE_MS = 10_000;
const JWKS_REMEMBERED_MAX = 1_000;

const fetched_sets = new BoundedMap<string, { read_at_ms: number; set: JSONWebKeySet | null }>(JWKS_REMEMBERED_MAX);

/**
 * Verifies a client assertion (RFC 7523, section 3): signed by one of the client's keys, issued by and about the client, for this server, not long-lived, and with an id by
 * which a second use is found. Null for every reason alike.
 */
export async function verifyAssertion(
  assertion: string,
  client: OAuthClient,
  audiences: string[],
  own_host: string,
): Promise<{ id: string; expires_at_ms: number } | null> {
  try {
    const { kid } = decodeProtectedHeader(assertion);
    const set = await keysOf(client, kid, own_host);
    if (!set) return null;
    const { payload } = await jwtVerify(assertion, createLocalJWKSet(set), {
      algorithms: ASSERTION_ALGORITHMS,
      issuer: client.client_id,
      subject: client.client_id,
      audience: audiences,
      clockTolerance: CLOCK_TOLERANCE_S,
      requiredClaims: ["exp", "jti"],
    });
    const now_s = Date.now() / 1_000;
    if (typeof payload.jti !== "string" || payload.jti.length > 200 || payload.exp! > now_s + LIFETIME_MAX_S + CLOCK_TOLERANCE_S) return null;
    return { id: payload.jti, expires_at_ms: (payload.exp! + CLOCK_TOLERANCE_S) * 1_000 };
  } catch {
    return null;
  }
}

/** The client's keys: registered with it, or read from its jwks_uri and kept for a while; sooner again where a key is missing. */
async function keysOf(client: OAuthClient, kid: string | undefined, own_host: string): Promise<JSONWebKeySet | null> {
  if (client.jwks) return client.jwks as unknown as JSONWebKeySet;
  if (client.jwks_uri === null) return null;
  const known = fetched_sets.get(client.jwks_uri);
  const age_ms = known ? Date.now() - known.read_at_ms : Infinity;
  const lacks = kid !== undefined && !known?.set?.keys.some((key) => key.kid === kid);
  if (known && age_ms < (lacks ? JWKS_PAUSE_MS : JWKS_KEPT_MS)) return known.set;
  const fetched = await fetchJson(client.jwks_uri, own_host, JWKS_MAX_BYTES);
  const parsed = ClientJwks.safeParse(fetched?.value);
  const set = parsed.success ? (parsed.data as unknown as JSONWebKeySet) : null;
  fetched_sets.set(client.jwks_uri, { read_at_ms: Date.now(), set });
  return set;
}
