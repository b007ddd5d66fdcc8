import type { Database } from "../database.ts";
import { DAY_MS } from "../time.ts";

const USED_CODE_RETENTION_MS = DAY_MS;
const USED_TOKEN_RETENTION_MS = 30 * DAY_MS;
const GRANT_RETENTION_MS = 90 * DAY_MS;

/** Removes codes, tokens and grants that nothing can come of any more. */
export function purgeAuthorizations(db: Database, now: number): void {
  // A used code is kept a while longer, because using it again revokes what it led to.
  db.run("DELETE FROM oauth_codes WHERE expires_at <= ?", now - USED_CODE_RETENTION_MS);
  db.run("DELETE FROM oauth_spent_ids WHERE expires_at <= ?", now);
  db.run("DELETE FROM oauth_refresh_tokens WHERE expires_at <= ? OR used_at < ?", now, now - USED_TOKEN_RETENTION_MS);
  db.run("DELETE FROM oauth_grants WHERE revoked_at < ?1 OR expires_at < ?1", now - GRANT_RETENTION_MS);
  db.run("DELETE FROM oauth_refresh_tokens WHERE NOT EXISTS (SELECT 1 FROM oauth_grants WHERE id = grant_id)");
  // Nobody lets it in any more, and nobody has decided anything about it.
  db.run(
    `DELETE FROM oauth_clients WHERE external = 1 AND suspended_at IS NULL AND tier IS NULL AND rate_limit IS NULL AND updated_at < ?
       AND NOT EXISTS (SELECT 1 FROM oauth_consents WHERE oauth_client_id = oauth_clients.id)
       AND NOT EXISTS (SELECT 1 FROM oauth_grants WHERE oauth_client_id = oauth_clients.id)`,
    now - GRANT_RETENTION_MS,
  );
}
