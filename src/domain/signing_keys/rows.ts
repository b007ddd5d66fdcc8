import type { OperationContext, Vault } from "../context.ts";
import type { Database } from "../database.ts";
import { ACCESS_TOKEN_TTL_S, ID_TOKEN_TTL_S } from "../oauth/token.ts";
import { DAY_MS, HOUR_MS, toTimestamp, toTimestampOrNull } from "../time.ts";
import type { SigningKey } from "./signing_key.ts";

/** A key is in the published set so long before it signs, so that no verifier meets a key that it does not know. */
export const PUBLISHED_AHEAD_MS = HOUR_MS;
export const SIGNS_FOR_MS = 30 * DAY_MS;
/** After its last signature a key verifies for as long as anything it signed lives, and a little more for clocks that differ. */
const VERIFIES_AFTER_MS = Math.max(ACCESS_TOKEN_TTL_S, ID_TOKEN_TTL_S) * 1_000 + HOUR_MS;

export interface SigningKeyRow {
  kid: string;
  public_jwk: string;
  /** Sealed. */
  private_jwk: string;
  created_at: number;
  signs_from: number;
  retires_at: number | null;
  revoked_at: number | null;
}

/** Keys that verify now, the newest first. */
export function usableKeys(db: Database, now: number): SigningKeyRow[] {
  return db.all<SigningKeyRow>(
    "SELECT * FROM signing_keys WHERE revoked_at IS NULL AND (retires_at IS NULL OR retires_at > ?) ORDER BY signs_from DESC, created_at DESC",
    now,
  );
}

/** The one that signs now; undefined when none can. */
export function signingKey(keys: readonly SigningKeyRow[], now: number): SigningKeyRow | undefined {
  return keys.find((key) => key.signs_from <= now);
}

/** Adds a key that signs from then on; the ones before it retire once nothing they signed lives. */
export function addKey({ db, vault }: { db: Database; vault: Vault }, signs_from: number, now: number): SigningKeyRow {
  const { kid, public_jwk, private_jwk } = vault.generateSigningKey();
  db.run("UPDATE signing_keys SET retires_at = ? WHERE retires_at IS NULL AND revoked_at IS NULL", signs_from + VERIFIES_AFTER_MS);
  const row: SigningKeyRow = {
    kid,
    public_jwk: JSON.stringify(public_jwk),
    private_jwk: vault.seal(JSON.stringify(private_jwk)),
    created_at: now,
    signs_from,
    retires_at: null,
    revoked_at: null,
  };
  db.run(
    "INSERT INTO signing_keys (kid, public_jwk, private_jwk, created_at, signs_from) VALUES (?, ?, ?, ?, ?)",
    row.kid,
    row.public_jwk,
    row.private_jwk,
    row.created_at,
    row.signs_from,
  );
  return row;
}

/** The key as the operator sees it: never its private part. */
export function toSigningKey(row: SigningKeyRow, signing_kid: string | undefined, now: number): SigningKey {
  return {
    kid: row.kid,
    algorithm: "ES256",
    status: statusOf(row, signing_kid, now),
    created_at: toTimestamp(row.created_at),
    signs_from: toTimestamp(row.signs_from),
    retires_at: toTimestampOrNull(row.retires_at),
    revoked_at: toTimestampOrNull(row.revoked_at),
  };
}

/** One row as it stands now, for answers and the audit log. */
export function describeKey(ctx: OperationContext, row: SigningKeyRow): SigningKey {
  return toSigningKey(row, signingKey(usableKeys(ctx.db, ctx.now), ctx.now)?.kid, ctx.now);
}

function statusOf(row: SigningKeyRow, signing_kid: string | undefined, now: number): SigningKey["status"] {
  if (row.revoked_at !== null) return "revoked";
  if (row.retires_at !== null && row.retires_at <= now) return "retired";
  if (row.kid === signing_kid) return "signing";
  return row.signs_from > now ? "next" : "retiring";
}
