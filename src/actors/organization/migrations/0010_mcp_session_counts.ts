export default `
-- How many sessions each owner has, and under 'all' the organization: what is counted with each session that is opened.
CREATE TABLE mcp_session_counts (owner TEXT PRIMARY KEY, sessions INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX mcp_session_counts_by_sessions ON mcp_session_counts (sessions);
INSERT INTO mcp_session_counts (owner, sessions) SELECT owner, count(*) FROM mcp_sessions GROUP BY owner;
INSERT INTO mcp_session_counts (owner, sessions) SELECT 'all', count(*) FROM mcp_sessions;
CREATE TRIGGER mcp_session_opened AFTER INSERT ON mcp_sessions BEGIN
  INSERT INTO mcp_session_counts (owner, sessions) VALUES (new.owner, 0) ON CONFLICT DO NOTHING;
  UPDATE mcp_session_counts SET sessions = sessions + 1 WHERE owner IN ('all', new.owner);
END;
CREATE TRIGGER mcp_session_ended AFTER DELETE ON mcp_sessions BEGIN
  UPDATE mcp_session_counts SET sessions = sessions - 1 WHERE owner IN ('all', old.owner);
  DELETE FROM mcp_session_counts WHERE owner = old.owner AND sessions = 0;
END;

-- The least recently used session of an owner is the one that ends first.
DROP INDEX mcp_sessions_by_owner;
CREATE INDEX mcp_sessions_by_owner ON mcp_sessions (owner, expires_at);
`;
