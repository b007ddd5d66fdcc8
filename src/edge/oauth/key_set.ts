import { createLocalJWKSet, importJWK, type JWK } from "jose";
import { createVault } from "../../actors/core/vault.ts";
import type { KeySet } from "../../actors/directory/signing_keys.ts";
import { directoryActor } from "../../actors/rpc.ts";

/** A revoked key is known everywhere after at most so long. */
const FRESH_MS = 60_000;
/** While the directory cannot be reached, the last key set serves for so long. */
const STALE_MS = 600_000;
/** A token with an unknown key may have the set read again this often, and no more: anybody can make one up. */
const UNKNOWN_KEY_PAUSE_MS = 5_000;

interface Held {
  read_at_ms: number;
  kids: ReadonlySet<string>;
  public_keys: JWK[];
  verify: ReturnType<typeof createLocalJWKSet>;
  signer: { kid: string; key: CryptoKey };
}

let held: { secret: string; keys: Held } | null = null;

/** The deployment's keys, kept in this isolate for a minute. */
export async function readKeySet(env: Env, wanted_kid?: string): Promise<Held> {
  const now = Date.now();
  const known = held?.secret === env.CROW_SECRET ? held.keys : null;
  const age_ms = known ? now - known.read_at_ms : Infinity;
  const lacks = known !== null && wanted_kid !== undefined && !known.kids.has(wanted_kid) && age_ms > UNKNOWN_KEY_PAUSE_MS;
  if (known && age_ms < FRESH_MS && !lacks) return known;
  try {
    const keys = await build(await directoryActor(env).keySet(), env, now);
    held = { secret: env.CROW_SECRET, keys };
    return keys;
  } catch (error) {
    if (known && age_ms < STALE_MS) return known;
    throw error;
  }
}

/** Reads the set anew at the next use: after the operator has changed it through this isolate. */
export function forgetKeySet(): void {
  held = null;
}

async function build(set: KeySet, env: Env, now: number): Promise<Held> {
  const private_jwk = JSON.parse(createVault(env.CROW_SECRET, "directory").open(set.signer.private_jwk)) as JWK;
  const public_keys = set.keys.map(({ public_jwk }) => public_jwk as unknown as JWK);
  return {
    read_at_ms: now,
    kids: new Set(set.keys.map(({ kid }) => kid)),
    public_keys,
    verify: createLocalJWKSet({ keys: public_keys }),
    signer: { kid: set.signer.kid, key: (await importJWK(private_jwk, "ES256")) as CryptoKey },
  };
}
