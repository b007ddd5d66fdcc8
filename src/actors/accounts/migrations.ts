import type { Migration } from "../core/migrate.ts";

const core = `
-- One row: one life of an account at this address, with an id that no other gets. deleting_at: it is gone for everybody; a job removes what is left of it.
-- recovery_hash: the one recovery link that works until recovery_expires_at; null once it was used. recovery_issued_at stays, so that no older one comes back.
CREATE TABLE account (
  id TEXT PRIMARY KEY, email TEXT NOT NULL, name TEXT NOT NULL, password_hash TEXT,
  upstream_issuer TEXT, upstream_subject TEXT, upstream_linked_at INTEGER,
  recovery_hash TEXT, recovery_issued_at INTEGER, recovery_expires_at INTEGER,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, deleting_at INTEGER
) STRICT;

CREATE TABLE sessions (
  id TEXT PRIMARY KEY, secret_hash TEXT NOT NULL, rotated_at INTEGER NOT NULL, previous_secret_hash TEXT, previous_expires_at INTEGER,
  device TEXT NOT NULL, authenticated_at INTEGER NOT NULL, created_at INTEGER NOT NULL, last_used_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_last_used_at ON sessions (last_used_at);

-- id: the credential's id as the browser gives it; public_key: COSE, base64url.
CREATE TABLE passkeys (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, public_key TEXT NOT NULL, counter INTEGER NOT NULL, transports TEXT NOT NULL, synced INTEGER NOT NULL,
  created_at INTEGER NOT NULL, last_used_at INTEGER
) STRICT;

-- Challenges that were answered, until they expire by themselves.
CREATE TABLE spent_challenges (challenge TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- A copy for this person's own pages; the organizations hold the truth. left_at: kept only so that a deletion reaches what is written of them there.
CREATE TABLE memberships (
  organization_id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, updated_at INTEGER NOT NULL, left_at INTEGER
) STRICT, WITHOUT ROWID;

-- Organizations this person started; organization_id is null until the directory has made it.
CREATE TABLE foundings (id TEXT PRIMARY KEY, name TEXT NOT NULL, organization_id TEXT, created_at INTEGER NOT NULL, finished_at INTEGER) STRICT;

CREATE TABLE jobs (
  kind TEXT NOT NULL, key TEXT NOT NULL, run_at INTEGER NOT NULL, payload TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, last_error TEXT,
  PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX jobs_by_run_at ON jobs (run_at);
`;

/** Append-only: a migration that shipped is never edited, renamed or reordered. */
export const ACCOUNT_MIGRATIONS: readonly Migration[] = [{ name: "0001_core", sql: core }];
