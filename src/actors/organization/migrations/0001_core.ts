export default `
CREATE TABLE organizations (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, slug TEXT NOT NULL UNIQUE, logo_url TEXT, tier TEXT NOT NULL, rate_limit TEXT,
  status TEXT NOT NULL, time_zone TEXT NOT NULL, currency TEXT NOT NULL, retention_days INTEGER, settings TEXT NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, version INTEGER NOT NULL
) STRICT;

CREATE TABLE api_keys (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, secret_hash TEXT NOT NULL, hint TEXT NOT NULL,
  environment TEXT NOT NULL, publishable INTEGER NOT NULL, scopes TEXT NOT NULL,
  tier TEXT, rate_limit TEXT, allowed_ips TEXT,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, expires_at INTEGER, last_used_at INTEGER, revoked_at INTEGER,
  previous_secret_hash TEXT, previous_expires_at INTEGER, version INTEGER NOT NULL
) STRICT;
CREATE INDEX api_keys_by_created_at ON api_keys (created_at);

CREATE TABLE idempotency_keys (
  principal TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, outcome TEXT, created_at INTEGER NOT NULL,
  PRIMARY KEY (principal, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_by_created_at ON idempotency_keys (created_at);

CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, subject TEXT NOT NULL, at INTEGER NOT NULL, data TEXT NOT NULL
) STRICT;

CREATE TABLE audit_log (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, principal_kind TEXT NOT NULL, principal_id TEXT NOT NULL,
  protocol TEXT NOT NULL, request_id TEXT NOT NULL, operation TEXT NOT NULL, type TEXT NOT NULL, subject TEXT NOT NULL,
  before TEXT, after TEXT
) STRICT;
CREATE INDEX audit_log_by_at ON audit_log (at);
CREATE INDEX audit_log_by_subject ON audit_log (subject, at);
CREATE INDEX audit_log_by_principal ON audit_log (principal_id, at);

CREATE TABLE jobs (
  kind TEXT NOT NULL, key TEXT NOT NULL, run_at INTEGER NOT NULL, payload TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, last_error TEXT,
  PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX jobs_by_run_at ON jobs (run_at);

CREATE TABLE rate_limit_buckets (credential TEXT PRIMARY KEY, state TEXT NOT NULL, updated_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE usage_daily (
  day INTEGER NOT NULL, credential TEXT NOT NULL, protocol TEXT NOT NULL, operation TEXT NOT NULL,
  calls INTEGER NOT NULL, errors INTEGER NOT NULL, cost INTEGER NOT NULL,
  PRIMARY KEY (day, credential, protocol, operation)
) STRICT, WITHOUT ROWID;
`;
