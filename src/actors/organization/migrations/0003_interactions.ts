export default `
-- One anonymous visitor by visitor_id, or by user_id where no visitor_id was sent: exactly one of the two is set. Days are local to the organization.
CREATE TABLE visitors (
  id INTEGER PRIMARY KEY, visitor_id TEXT UNIQUE, user_id TEXT UNIQUE, first_day INTEGER NOT NULL, last_day INTEGER NOT NULL
) STRICT;
CREATE TABLE visitor_days (visitor INTEGER NOT NULL, day INTEGER NOT NULL, interactions INTEGER NOT NULL, PRIMARY KEY (visitor, day)) STRICT, WITHOUT ROWID;

-- session_id is the client's; where none is sent a session is derived from the visitor's inactivity and gets an id of ours. reached: bit s is set when the ordered
-- funnel subset s occurred (subset bits: 1 view_item, 2 add_to_cart, 4 begin_checkout, 8 purchase).
CREATE TABLE sessions (
  id INTEGER PRIMARY KEY, session_id TEXT NOT NULL UNIQUE, derived INTEGER NOT NULL, visitor INTEGER, started_at INTEGER NOT NULL, ended_at INTEGER NOT NULL,
  source_type TEXT NOT NULL, campaign TEXT NOT NULL, reached INTEGER NOT NULL, interactions INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_visitor ON sessions (visitor, ended_at) WHERE derived = 1;
CREATE INDEX sessions_by_ended_at ON sessions (ended_at);
CREATE TABLE session_products (session INTEGER NOT NULL, ref INTEGER NOT NULL, PRIMARY KEY (session, ref)) STRICT, WITHOUT ROWID;

-- flags: 1 late, 2 backfill. data: JSON of the fields without a column. value is in minor units of currency.
CREATE TABLE interactions (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT UNIQUE, type TEXT NOT NULL, source_type TEXT NOT NULL,
  occurred_at INTEGER NOT NULL, received_at INTEGER NOT NULL, visitor INTEGER, user_id TEXT, session INTEGER NOT NULL,
  transaction_id TEXT, value INTEGER, currency TEXT, flags INTEGER NOT NULL, data TEXT NOT NULL
) STRICT;
CREATE INDEX interactions_by_occurred_at ON interactions (occurred_at);
CREATE INDEX interactions_by_type ON interactions (type, occurred_at);
CREATE INDEX interactions_by_visitor ON interactions (visitor, occurred_at) WHERE visitor IS NOT NULL;
CREATE INDEX interactions_by_user ON interactions (user_id, occurred_at) WHERE user_id IS NOT NULL;
CREATE INDEX interactions_by_session ON interactions (session, occurred_at);
CREATE TABLE interaction_products (ref INTEGER NOT NULL, interaction INTEGER NOT NULL, PRIMARY KEY (ref, interaction)) STRICT, WITHOUT ROWID;

-- The interaction that counts as a transaction's order: the first received. Later ones with the same transaction_id do not count again.
CREATE TABLE transactions (transaction_id TEXT PRIMARY KEY, interaction INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX interactions_by_transaction ON interactions (transaction_id) WHERE transaction_id IS NOT NULL;
`;
