import { upsertSql, type Database } from "../database.ts";
import { notFound } from "../errors.ts";
import type { Scope } from "../scopes.ts";
import type { RateLimitOverride, Tier } from "../tiers.ts";
import { toTimestamp, toTimestampOrNull } from "../time.ts";
import type { ApiKey } from "./api_key.ts";

export interface ApiKeyRow {
  id: string;
  name: string;
  secret_hash: string;
  hint: string;
  environment: "live" | "test";
  publishable: number;
  scopes: string;
  tier: Tier | null;
  rate_limit: string | null;
  allowed_ips: string | null;
  created_at: number;
  updated_at: number;
  expires_at: number | null;
  last_used_at: number | null;
  revoked_at: number | null;
  previous_secret_hash: string | null;
  previous_expires_at: number | null;
  version: number;
}

const COLUMNS = [
  "id",
  "name",
  "secret_hash",
  "hint",
  "environment",
  "publishable",
  "scopes",
  "tier",
  "rate_limit",
  "allowed_ips",
  "created_at",
  "updated_at",
  "expires_at",
  "last_used_at",
  "revoked_at",
  "previous_secret_hash",
  "previous_expires_at",
  "version",
] as const satisfies (keyof ApiKeyRow)[];

const UPSERT = upsertSql("api_keys", COLUMNS);

/** The key as it may be shown: never its hash. */
export function toApiKey(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    hint: row.hint,
    environment: row.environment,
    publishable: row.publishable === 1,
    scopes: JSON.parse(row.scopes) as Scope[],
    tier: row.tier,
    rate_limit: row.rate_limit === null ? null : (JSON.parse(row.rate_limit) as RateLimitOverride),
    expires_at: toTimestampOrNull(row.expires_at),
    allowed_ips: row.allowed_ips === null ? null : (JSON.parse(row.allowed_ips) as string[]),
    last_used_at: toTimestampOrNull(row.last_used_at),
    revoked_at: toTimestampOrNull(row.revoked_at),
    previous_expires_at: toTimestampOrNull(row.previous_expires_at),
    created_at: toTimestamp(row.created_at),
    updated_at: toTimestamp(row.updated_at),
    version: row.version,
  };
}

/** The row, or NOT_FOUND. */
export function requireApiKey(db: Database, id: string): ApiKeyRow {
  const row = db.one<ApiKeyRow>("SELECT * FROM api_keys WHERE id = ?", id);
  if (!row) throw notFound("api_key", id);
  return row;
}

export function writeApiKey(db: Database, row: ApiKeyRow): void {
  db.run(UPSERT, ...COLUMNS.map((column) => row[column]));
}
