export default `
-- A product's figures in a range of days.
CREATE INDEX rollup_products_by_ref ON rollup_products (ref, day);

-- Operations that clients may name by the SHA-256 of their text (hex).
CREATE TABLE persisted_operations (sha256 TEXT PRIMARY KEY, name TEXT NOT NULL, query TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT;

-- Distinct subscriptions that open sockets follow: each socket names them by id. document: JSON of query, operation_name and variables.
CREATE TABLE live_queries (id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, document TEXT NOT NULL) STRICT;
`;
