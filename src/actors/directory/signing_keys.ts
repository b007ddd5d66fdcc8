import { addKey, PUBLISHED_AHEAD_MS, signingKey, SIGNS_FOR_MS, usableKeys } from "../../domain/signing_keys/rows.ts";
import { DAY_MS } from "../../domain/time.ts";
import type { Core } from "../core/core.ts";

const RETIRED_KEPT_MS = 90 * DAY_MS;

/** The deployment's keys for tokens: what verifies, and the one that signs. */
export interface KeySet {
  keys: { kid: string; public_jwk: Record<string, unknown> }[];
  signer: {
    kid: string;
    /** Sealed for the owner `directory`; only who holds the root secret can open it. */
    private_jwk: string;
  };
}

/** The key set as it is now. Makes the first key on first use. */
export function keySet(core: Core): KeySet {
  const now = Date.now();
  let keys = usableKeys(core.db, now);
  if (!signingKey(keys, now)) {
    core.storage.transactionSync(() => addKey(core, now, now));
    keys = usableKeys(core.db, now);
  }
  const { kid, private_jwk } = signingKey(keys, now)!;
  return {
    keys: keys.map((key) => ({ kid: key.kid, public_jwk: JSON.parse(key.public_jwk) as Record<string, unknown> })),
    signer: { kid, private_jwk },
  };
}

/** Makes the next key when the newest has signed for its time, and forgets old ones; part of the caller's transaction. */
export function rotateWhenDue(core: Core, now: number): void {
  const [newest] = usableKeys(core.db, now);
  if (newest && newest.signs_from + SIGNS_FOR_MS <= now) addKey(core, now + PUBLISHED_AHEAD_MS, now);
  core.db.run("DELETE FROM signing_keys WHERE coalesce(revoked_at, retires_at) < ?", now - RETIRED_KEPT_MS);
}
