import type { Database } from "../database.ts";
import { notFound } from "../errors.ts";
import { toTimestamp, toTimestampOrNull } from "../time.ts";
import type { OAuthGrant } from "./oauth_grant.ts";

export interface OAuthGrantRow {
  id: string;
  oauth_client_id: string;
  account_id: string | null;
  scopes: string;
  audience: string;
  created_at: number;
  last_used_at: number | null;
  expires_at: number | null;
  revoked_at: number | null;
  revoked_reason: string | null;
}

/** In force; its one parameter is the time. */
export const ACTIVE_GRANT = "revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)";

export function toOAuthGrant(row: OAuthGrantRow): OAuthGrant {
  return {
    id: row.id,
    oauth_client_id: row.oauth_client_id,
    account_id: row.account_id,
    scopes: JSON.parse(row.scopes) as string[],
    audience: JSON.parse(row.audience) as string[],
    created_at: toTimestamp(row.created_at),
    last_used_at: toTimestampOrNull(row.last_used_at),
    expires_at: toTimestampOrNull(row.expires_at),
    revoked_at: toTimestampOrNull(row.revoked_at),
    revoked_reason: row.revoked_reason,
  };
}

/** The row, or NOT_FOUND. */
export function requireOAuthGrant(db: Database, id: string): OAuthGrantRow {
  const row = db.one<OAuthGrantRow>("SELECT * FROM oauth_grants WHERE id = ?", id);
  if (!row) throw notFound("oauth_grant", id);
  return row;
}
