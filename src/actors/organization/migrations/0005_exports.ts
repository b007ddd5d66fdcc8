export default `
-- cursor: the source's row up to which everything is in parts or carry; last_row: where the source ended when the export started.
CREATE TABLE exports (
  id TEXT PRIMARY KEY, resource TEXT NOT NULL, format TEXT NOT NULL, compression TEXT NOT NULL, filter TEXT NOT NULL, fields TEXT,
  status TEXT NOT NULL, rows_done INTEGER NOT NULL, rows_total INTEGER, bytes INTEGER NOT NULL, sha256 TEXT, error TEXT,
  upload_id TEXT, parts TEXT NOT NULL, cursor INTEGER NOT NULL, last_row INTEGER,
  created_at INTEGER NOT NULL, started_at INTEGER, finished_at INTEGER, expires_at INTEGER, version INTEGER NOT NULL
) STRICT;
CREATE INDEX exports_by_created_at ON exports (created_at, id);
CREATE INDEX exports_by_status ON exports (status, created_at);

-- Encoded bytes that do not fill a part yet, and the format's own state (Parquet row groups), in pieces below the row limit.
CREATE TABLE export_state (
  export_id TEXT NOT NULL, kind TEXT NOT NULL, position INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (export_id, kind, position)
) STRICT, WITHOUT ROWID;
`;
