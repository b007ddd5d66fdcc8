export default `
-- Who belongs here: the truth about roles. An account's own list of memberships is a copy that the job account.sync keeps. account_id: the person, for good;
-- account_name: the actor to tell, which a later account of the same address has too.
CREATE TABLE members (
  account_id TEXT PRIMARY KEY, account_name TEXT NOT NULL, email TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, version INTEGER NOT NULL
) STRICT;
CREATE INDEX members_by_created_at ON members (created_at);

-- account_id: who accepted. An invitation is open while accepted_at and revoked_at are null and expires_at lies ahead.
CREATE TABLE invitations (
  id TEXT PRIMARY KEY, email TEXT NOT NULL, role TEXT NOT NULL, secret_hash TEXT NOT NULL, invited_by TEXT NOT NULL,
  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, accepted_at INTEGER, account_id TEXT, revoked_at INTEGER
) STRICT;
CREATE INDEX invitations_by_created_at ON invitations (created_at);

-- The organization's own clients (external = 0), and clients from elsewhere that a member let in (external = 1; registered or by metadata document), which the
-- organization can limit and suspend but not change. redirect_uris, scopes and grant_types are JSON arrays; scopes null: whatever is granted.
CREATE TABLE oauth_clients (
  id TEXT PRIMARY KEY, client_id TEXT NOT NULL UNIQUE, external INTEGER NOT NULL, name TEXT NOT NULL, client_uri TEXT,
  token_endpoint_auth_method TEXT NOT NULL, redirect_uris TEXT NOT NULL, grant_types TEXT NOT NULL, scopes TEXT,
  secret_hash TEXT, hint TEXT, previous_secret_hash TEXT, previous_expires_at INTEGER, jwks TEXT, jwks_uri TEXT,
  tier TEXT, rate_limit TEXT, suspended_at INTEGER, last_used_at INTEGER,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, version INTEGER NOT NULL
) STRICT;
CREATE INDEX oauth_clients_by_created_at ON oauth_clients (created_at);

-- What a member once allowed a client, so that they are not asked again for the same; targets: the origins and schemes that the answer went to.
-- oauth_client_id is oauth_clients.id here and below.
CREATE TABLE oauth_consents (
  account_id TEXT NOT NULL, oauth_client_id TEXT NOT NULL, scopes TEXT NOT NULL, targets TEXT NOT NULL DEFAULT '[]', created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
  PRIMARY KEY (account_id, oauth_client_id)
) STRICT, WITHOUT ROWID;

-- One authorization and everything issued from it: revoking it ends its access and refresh tokens. account_id null: the client acts for itself, and has one such
-- grant, which never expires; a member's ends with its refresh token.
CREATE TABLE oauth_grants (
  id TEXT PRIMARY KEY, oauth_client_id TEXT NOT NULL, account_id TEXT, scopes TEXT NOT NULL, audience TEXT NOT NULL,
  created_at INTEGER NOT NULL, last_used_at INTEGER, expires_at INTEGER, revoked_at INTEGER, revoked_reason TEXT
) STRICT;
CREATE INDEX oauth_grants_by_created_at ON oauth_grants (created_at);
CREATE INDEX oauth_grants_by_client ON oauth_grants (oauth_client_id, created_at);
CREATE INDEX oauth_grants_by_account ON oauth_grants (account_id, created_at);

-- grant_id is set when the code is used; using it again revokes that grant.
CREATE TABLE oauth_codes (
  id TEXT PRIMARY KEY, secret_hash TEXT NOT NULL, oauth_client_id TEXT NOT NULL, account_id TEXT NOT NULL, redirect_uri TEXT NOT NULL, code_challenge TEXT NOT NULL,
  scopes TEXT NOT NULL, openid_scopes TEXT NOT NULL, audience TEXT NOT NULL, nonce TEXT, authenticated_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, grant_id TEXT
) STRICT;
CREATE INDEX oauth_codes_by_expires_at ON oauth_codes (expires_at);
CREATE INDEX oauth_codes_by_account ON oauth_codes (account_id);

-- A grant's refresh tokens: the one that was not used is current. Using a used one again revokes the grant.
CREATE TABLE oauth_refresh_tokens (
  id TEXT PRIMARY KEY, grant_id TEXT NOT NULL, secret_hash TEXT NOT NULL, openid_scopes TEXT NOT NULL, authenticated_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, used_at INTEGER
) STRICT;
CREATE INDEX oauth_refresh_tokens_by_grant ON oauth_refresh_tokens (grant_id);
CREATE INDEX oauth_refresh_tokens_by_expires_at ON oauth_refresh_tokens (expires_at);

-- Ids that must not be accepted (again) until they expire: access tokens that were revoked, client assertions that were used.
CREATE TABLE oauth_spent_ids (
  kind TEXT NOT NULL, id TEXT NOT NULL, expires_at INTEGER NOT NULL, PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX oauth_spent_ids_by_expires_at ON oauth_spent_ids (expires_at);

-- For whom an application did it; null for keys and for applications that act for themselves.
ALTER TABLE audit_log ADD COLUMN account_id TEXT;
CREATE INDEX audit_log_by_type ON audit_log (type, at);
CREATE INDEX audit_log_by_account ON audit_log (account_id, at) WHERE account_id IS NOT NULL;

-- A key that held every scope so far keeps holding every scope.
UPDATE api_keys SET scopes = json_insert(scopes, '$[#]', 'organizations:delete', '$[#]', 'members:read', '$[#]', 'members:write', '$[#]', 'oauth_clients:read', '$[#]', 'oauth_clients:write')
WHERE environment = 'live' AND publishable = 0 AND json_array_length(scopes) = 17;
`;
