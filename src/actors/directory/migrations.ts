import type { Migration } from "../core/migrate.ts";
import core from "../organization/migrations/0001_core.ts";

/** The directory runs operations on the same core tables; its `organizations` holds every organization. */
export const DIRECTORY_MIGRATIONS: readonly Migration[] = [
  { name: "0001_core", sql: core },
  { name: "0002_audit_account", sql: "ALTER TABLE audit_log ADD COLUMN account_id TEXT;" },
  {
    name: "0003_signing_keys",
    sql: `
-- private_jwk is sealed.
CREATE TABLE signing_keys (
  kid TEXT PRIMARY KEY, public_jwk TEXT NOT NULL, private_jwk TEXT NOT NULL,
  created_at INTEGER NOT NULL, signs_from INTEGER NOT NULL, retires_at INTEGER, revoked_at INTEGER
) STRICT;
`,
  },
];
