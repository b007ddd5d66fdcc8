export default `
-- secret and previous_secret are sealed. failing_since: start of the present run of failures, null after a success.
CREATE TABLE webhook_endpoints (
  id TEXT PRIMARY KEY, url TEXT NOT NULL, types TEXT NOT NULL, description TEXT NOT NULL, enabled INTEGER NOT NULL, disabled_reason TEXT,
  secret TEXT NOT NULL, previous_secret TEXT, previous_expires_at INTEGER, failing_since INTEGER,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, version INTEGER NOT NULL
) STRICT;

-- The outbox and its log. position orders an endpoint's deliveries; message_id is what receivers deduplicate by.
CREATE TABLE webhook_deliveries (
  position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, webhook_id TEXT NOT NULL, message_id TEXT NOT NULL, type TEXT NOT NULL, subject TEXT NOT NULL,
  event_seq INTEGER NOT NULL, event_at INTEGER NOT NULL, data TEXT NOT NULL,
  status TEXT NOT NULL, attempts INTEGER NOT NULL, next_attempt_at INTEGER NOT NULL,
  response_status INTEGER, response_body TEXT, error TEXT, duration_ms INTEGER, created_at INTEGER NOT NULL, finished_at INTEGER
) STRICT;
CREATE INDEX webhook_deliveries_pending ON webhook_deliveries (webhook_id, position) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook_id, position);
CREATE INDEX webhook_deliveries_by_created_at ON webhook_deliveries (created_at);
`;
