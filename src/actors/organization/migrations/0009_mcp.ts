export default `
-- Open sessions of clients (revisions up to 2025-11-25). owner: whose it is and who alone may use it. client: JSON of what it said of itself; view: JSON of the part
-- of the server that it sees. expires_at moves on with use, seldom.
CREATE TABLE mcp_sessions (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, client TEXT NOT NULL, view TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX mcp_sessions_by_expires_at ON mcp_sessions (expires_at);
CREATE INDEX mcp_sessions_by_owner ON mcp_sessions (owner);

-- Resources that a session follows.
CREATE TABLE mcp_subscriptions (session_id TEXT NOT NULL, uri TEXT NOT NULL, PRIMARY KEY (session_id, uri)) STRICT, WITHOUT ROWID;

-- Calls that did not end at once: a session's (session_id), a stateless client's that waits on its stream, or a task. sender: sealed JSON of who asked and from where.
-- asked: JSON of request, client and view. subject: what is waited for. questions: JSON of what the client was asked and what it answered so far. progress: JSON of how far it
-- was said to be. outcome: JSON of what a task came to. paid: what was charged for it. expires_at: when it is given up, or once it is over, forgotten.
CREATE TABLE mcp_calls (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, session_id TEXT, request_id TEXT NOT NULL, is_task INTEGER NOT NULL, sender TEXT NOT NULL, asked TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('asking', 'waiting', 'done', 'cancelled')), subject TEXT, questions TEXT, progress TEXT, outcome TEXT, paid INTEGER NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX mcp_calls_by_session ON mcp_calls (session_id, request_id) WHERE session_id IS NOT NULL;
CREATE INDEX mcp_calls_by_owner ON mcp_calls (owner) WHERE status IN ('asking', 'waiting');
CREATE INDEX mcp_calls_by_subject ON mcp_calls (subject) WHERE status = 'waiting';
CREATE INDEX mcp_calls_by_expires_at ON mcp_calls (expires_at);

-- What a call said to its client, in order: a client that comes back reads on from where it was.
CREATE TABLE mcp_messages (call_id TEXT NOT NULL, n INTEGER NOT NULL, message TEXT NOT NULL, PRIMARY KEY (call_id, n)) STRICT, WITHOUT ROWID;
`;
