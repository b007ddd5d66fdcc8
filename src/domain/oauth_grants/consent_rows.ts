import type { Database } from "../database.ts";
import { ownedBy, type AuthorizationOwner } from "./revoke_rows.ts";

/**
 * Forgets what was consented to, so that it is asked again, and codes that were not used yet; returns how many consents there were. Used codes stay: whoever
 * sends one again is to be noticed.
 */
export function forgetConsents(db: Database, owner: AuthorizationOwner): number {
  const { sql, params } = ownedBy(owner);
  db.run(`DELETE FROM oauth_codes WHERE grant_id IS NULL AND ${sql}`, ...params);
  return db.all(`DELETE FROM oauth_consents WHERE ${sql} RETURNING account_id`, ...params).length;
}
