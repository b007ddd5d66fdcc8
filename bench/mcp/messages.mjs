// What clients of both eras send, byte for byte the same to every server but for the key, the session and the ids.
export const STATELESS = "2026-07-28";
export const SESSIONS = "2025-11-25";
export const ERAS = [STATELESS, SESSIONS];

const CLIENT = { name: "bench", version: "1.0.0" };
const ENVELOPE = {
  "io.modelcontextprotocol/protocolVersion": STATELESS,
  "io.modelcontextprotocol/clientInfo": CLIENT,
  "io.modelcontextprotocol/clientCapabilities": {},
};
/** What `Mcp-Name` repeats of the parameters, by method. */
const NAMED_BY = { "tools/call": "name" };

let next_id = 1;

/** A request as `load` takes it. `client`: {key, session_id}, where a session is what makes it one of the older era. `meta`: more of `_meta`. */
export function request({ key, session_id }, method, params = {}, meta = {}) {
  return session_id ? inSession(key, session_id, method, params, meta) : stateless(key, method, params, meta);
}

export function notification({ key, session_id }, method) {
  return post(headersOf(key, { "mcp-session-id": session_id, "mcp-protocol-version": SESSIONS }), { method });
}

export function initialize(key) {
  return post(headersOf(key), { id: next_id++, method: "initialize", params: { protocolVersion: SESSIONS, capabilities: {}, clientInfo: CLIENT } });
}

/** A session's own stream. */
export function sessionStream({ key, session_id }) {
  const headers = headersOf(key, { "mcp-session-id": session_id, "mcp-protocol-version": SESSIONS });
  return { method: "GET", path: "/mcp", headers: { ...headers, accept: "text/event-stream" } };
}

export function endOfSession({ key, session_id }) {
  return { method: "DELETE", path: "/mcp", headers: headersOf(key, { "mcp-session-id": session_id, "mcp-protocol-version": SESSIONS }) };
}

/** JSON-RPC's errors, and those of tools, come with status 200. */
export function isError(text) {
  return !text.includes('"result":') || text.includes('"isError":true');
}

/** The JSON-RPC response in a body that is one message or a stream of events. */
export function responseIn(text) {
  const messages = text.startsWith("{")
    ? [text]
    : text
        .split("\n")
        .filter((line) => line.startsWith("data: {"))
        .map((line) => line.slice("data: ".length));
  const { result, error } = JSON.parse(messages.at(-1));
  if (!result) throw new Error(`No result: ${JSON.stringify(error)}`);
  return result;
}

function inSession(key, session_id, method, params, meta) {
  const headers = headersOf(key, { "mcp-session-id": session_id, "mcp-protocol-version": SESSIONS });
  return post(headers, { id: next_id++, method, params: Object.keys(meta).length > 0 ? { ...params, _meta: meta } : params });
}

function stateless(key, method, params, meta) {
  const name = params[NAMED_BY[method]];
  const headers = headersOf(key, { "mcp-protocol-version": STATELESS, "mcp-method": method, ...(name ? { "mcp-name": name } : {}) });
  return post(headers, { id: next_id++, method, params: { ...params, _meta: { ...ENVELOPE, ...meta } } });
}

function headersOf(key, more = {}) {
  return { authorization: `Bearer ${key}`, accept: "application/json, text/event-stream", ...more };
}

function post(headers, message) {
  return {
    method: "POST",
    path: "/mcp",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", ...message }),
  };
}
