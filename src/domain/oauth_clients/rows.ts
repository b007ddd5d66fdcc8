import { upsertSql, type Database } from "../database.ts";
import { notFound } from "../errors.ts";
import type { AuthMethod, GrantType } from "../oauth/client.ts";
import type { Scope } from "../scopes.ts";
import type { RateLimitOverride, Tier } from "../tiers.ts";
import { toTimestamp, toTimestampOrNull } from "../time.ts";
import type { OAuthClientRecord } from "./oauth_client.ts";

export interface OAuthClientRow {
  id: string;
  client_id: string;
  external: number;
  name: string;
  client_uri: string | null;
  token_endpoint_auth_method: AuthMethod;
  redirect_uris: string;
  grant_types: string;
  scopes: string | null;
  secret_hash: string | null;
  hint: string | null;
  previous_secret_hash: string | null;
  previous_expires_at: number | null;
  jwks: string | null;
  jwks_uri: string | null;
  tier: Tier | null;
  rate_limit: string | null;
  suspended_at: number | null;
  last_used_at: number | null;
  created_at: number;
  updated_at: number;
  version: number;
}

const COLUMNS = [
  "id",
  "client_id",
  "external",
  "name",
  "client_uri",
  "token_endpoint_auth_method",
  "redirect_uris",
  "grant_types",
  "scopes",
  "secret_hash",
  "hint",
  "previous_secret_hash",
  "previous_expires_at",
  "jwks",
  "jwks_uri",
  "tier",
  "rate_limit",
  "suspended_at",
  "last_used_at",
  "created_at",
  "updated_at",
  "version",
] as const satisfies (keyof OAuthClientRow)[];

const UPSERT = upsertSql("oauth_clients", COLUMNS);

/** What the API and the authorization server both tell of a client. */
export function clientFacts(row: OAuthClientRow) {
  return {
    client_id: row.client_id,
    name: row.name,
    client_uri: row.client_uri,
    token_endpoint_auth_method: row.token_endpoint_auth_method,
    redirect_uris: JSON.parse(row.redirect_uris) as string[],
    grant_types: JSON.parse(row.grant_types) as GrantType[],
    scopes: scopesOf(row),
    jwks_uri: row.jwks_uri,
    suspended: row.suspended_at !== null,
  };
}

/** The client as it may be shown: never a hash. */
export function toOAuthClient(row: OAuthClientRow): OAuthClientRecord {
  return {
    id: row.id,
    external: row.external === 1,
    ...clientFacts(row),
    jwks: row.jwks === null ? null : (JSON.parse(row.jwks) as OAuthClientRecord["jwks"]),
    hint: row.hint,
    tier: row.tier,
    rate_limit: row.rate_limit === null ? null : (JSON.parse(row.rate_limit) as RateLimitOverride),
    suspended_at: toTimestampOrNull(row.suspended_at),
    last_used_at: toTimestampOrNull(row.last_used_at),
    previous_secret_expires_at: toTimestampOrNull(row.previous_expires_at),
    created_at: toTimestamp(row.created_at),
    updated_at: toTimestamp(row.updated_at),
    version: row.version,
  };
}

/** The client's own bound; null where there is none. */
export function scopesOf(row: OAuthClientRow): Scope[] | null {
  return row.scopes === null ? null : (JSON.parse(row.scopes) as Scope[]);
}

/** The row, or NOT_FOUND. */
export function requireOAuthClient(db: Database, id: string): OAuthClientRow {
  const row = db.one<OAuthClientRow>("SELECT * FROM oauth_clients WHERE id = ?", id);
  if (!row) throw notFound("oauth_client", id);
  return row;
}

export function writeOAuthClient(db: Database, row: OAuthClientRow): void {
  db.run(UPSERT, ...COLUMNS.map((column) => row[column]));
}

/** What who follows events learns of a client: that it is there. */
export function liveFacts({ id, name }: { id: string; name: string }): { id: string; name: string } {
  return { id, name };
}
