import type { Database } from "../database.ts";

/** Whose authorizations: a member's, an application's, or a member's of one application. */
export interface AuthorizationOwner {
  account_id?: string;
  oauth_client_id?: string;
}

/** Ends one grant, and so every token that was issued from it; whether it was still in force. */
export function revokeGrant(db: Database, grant_id: string, reason: string, now: number): boolean {
  return (
    db.all("UPDATE oauth_grants SET revoked_at = ?, revoked_reason = ? WHERE id = ? AND revoked_at IS NULL RETURNING id", now, reason, grant_id)
      .length > 0
  );
}

/** Ends all of an owner's grants; returns how many were still in force. */
export function revokeGrantsOf(db: Database, owner: AuthorizationOwner, reason: string, now: number): number {
  const { sql, params } = ownedBy(owner);
  return db.all(`UPDATE oauth_grants SET revoked_at = ?, revoked_reason = ? WHERE revoked_at IS NULL AND ${sql} RETURNING id`, now, reason, ...params)
    .length;
}

/** The rows of an owner, in any table that has both columns. Naming neither would mean everybody's, which nobody wants. */
export function ownedBy({ account_id, oauth_client_id }: AuthorizationOwner): { sql: string; params: string[] } {
  const named = Object.entries({ account_id, oauth_client_id }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  if (named.length === 0) throw new Error("An owner is an account, a client or both");
  return { sql: named.map(([column]) => `${column} = ?`).join(" AND "), params: named.map(([, id]) => id) };
}
