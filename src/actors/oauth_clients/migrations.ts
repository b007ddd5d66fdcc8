import type { Migration } from "../core/migrate.ts";

export const OAUTH_CLIENT_MIGRATIONS: readonly Migration[] = [
  {
    name: "0001_client",
    sql: `
-- One row. client is the described client as JSON; fresh_until: when a metadata document is to be read again; null for a registered client.
CREATE TABLE client (
  client_id TEXT PRIMARY KEY, client TEXT NOT NULL, secret_hash TEXT, created_at INTEGER NOT NULL, used_at INTEGER NOT NULL, fresh_until INTEGER
) STRICT;

-- Client assertions that were used: refused until they expire anyway.
CREATE TABLE oauth_spent_ids (kind TEXT NOT NULL, id TEXT NOT NULL, expires_at INTEGER NOT NULL, PRIMARY KEY (kind, id)) STRICT, WITHOUT ROWID;
`,
  },
];
