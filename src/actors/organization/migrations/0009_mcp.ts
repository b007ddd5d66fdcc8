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

-- Calls that did not end at once: a session's (session_id), a stateless client's that waits on its stream, or a task. view: JSON of the part of the server it was made in.
-- asked: JSON of who asked, the request and its client, null once it is over. subject: what is waited for. questions: JSON of what the client was asked and what it answered so
-- far, null once it is over. progress: JSON of how far it was said to be. outcome: JSON of what a task came to. scopes: JSON of what the result was read with, and is told for.
-- paid: what was charged for it. expires_at: when it is given up, or once it is over, forgotten. Sealed, since addresses, personal data and secrets can be in it: asked,
-- questions, outcome. JSON of rows outlives deploys: a field that is added to it later is optional.
CREATE TABLE mcp_calls (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, session_id TEXT, request_id TEXT NOT NULL, is_task INTEGER NOT NULL, view TEXT NOT NULL, asked TEXT,
  status TEXT NOT NULL CHECK (status IN ('asking', 'waiting', 'done', 'cancelled')), subject TEXT, questions TEXT, progress TEXT, outcome TEXT, scopes TEXT NOT NULL,
  paid INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX mcp_calls_by_session ON mcp_calls (session_id, request_id) WHERE session_id IS NOT NULL;
CREATE INDEX mcp_calls_by_owner ON mcp_calls (owner, status, updated_at);
CREATE INDEX mcp_calls_by_subject ON mcp_calls (subject) WHERE status = 'waiting';
CREATE INDEX mcp_calls_by_expires_at ON mcp_calls (expires_at);

-- What a call said to its client, in order and sealed: a client that comes back reads on from where it was.
CREATE TABLE mcp_messages (call_id TEXT NOT NULL, n INTEGER NOT NULL, message TEXT NOT NULL, PRIMARY KEY (call_id, n)) STRICT, WITHOUT ROWID;
`;
