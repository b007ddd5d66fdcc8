import { forgetConsents } from "../../../domain/oauth_grants/consent_rows.ts";
import { revokeGrantsOf } from "../../../domain/oauth_grants/revoke_rows.ts";
import { ACTIVE_GRANT } from "../../../domain/oauth_grants/rows.ts";
import type { OrganizationState } from "../state.ts";
import { changeAs } from "./change.ts";

/** One application that may act for a member: all of their authorizations of it together. */
export interface GrantedAccess {
  oauth_client_id: string;
  client_name: string;
  scopes: string[];
  created_at_ms: number;
  last_used_at_ms: number | null;
}

interface AccessRow {
  oauth_client_id: string;
  client_name: string;
  scopes: string;
  created_at: number;
  last_used_at: number | null;
}

/** What a member let in and can take back: every client with a grant in force or a remembered consent, oldest first. */
export function accessOf({ core }: OrganizationState, account_id: string): GrantedAccess[] {
  const rows = core.db.all<AccessRow>(
    `SELECT clients.id AS oauth_client_id, clients.name AS client_name, given.scopes, given.created_at, given.last_used_at
     FROM (SELECT oauth_client_id, scopes, created_at, NULL AS last_used_at, 0 AS is_grant FROM oauth_consents WHERE account_id = ?1
           UNION ALL SELECT oauth_client_id, scopes, created_at, last_used_at, 1 FROM oauth_grants WHERE account_id = ?1 AND ${ACTIVE_GRANT.replace("?", "?2")}) AS given
     JOIN oauth_clients AS clients ON clients.id = given.oauth_client_id ORDER BY given.created_at, is_grant`,
    account_id,
    Date.now(),
  );
  const byClient = new Map<string, GrantedAccess>();
  for (const row of rows) byClient.set(row.oauth_client_id, merge(byClient.get(row.oauth_client_id), row));
  return [...byClient.values()];
}

function merge(known: GrantedAccess | undefined, row: AccessRow): GrantedAccess {
  return {
    oauth_client_id: row.oauth_client_id,
    client_name: row.client_name,
    scopes: [...new Set([...(known?.scopes ?? []), ...(JSON.parse(row.scopes) as string[])])],
    created_at_ms: known?.created_at_ms ?? row.created_at,
    last_used_at_ms: latest(known?.last_used_at_ms ?? null, row.last_used_at),
  };
}

function latest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

/** Takes everything back that a member let this client do; whether there was anything. */
export function revokeAccess(state: OrganizationState, account_id: string, oauth_client_id: string): boolean {
  return changeAs(state, account_id, "oauth_grants.revoke_access", (ctx) => {
    const owner = { account_id, oauth_client_id };
    const grants = revokeGrantsOf(ctx.db, owner, "revoked", ctx.now);
    const consents = forgetConsents(ctx.db, owner);
    if (grants + consents === 0) return false;
    ctx.record({ type: "oauth_consent.withdrawn", subject: oauth_client_id, before: { ...owner, grants }, after: null });
    return true;
  });
}
