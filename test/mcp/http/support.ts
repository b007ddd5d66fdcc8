import { exports } from "cloudflare:workers";
import { BASE_URL, createOrganization, send, type Reply } from "../../support/api.ts";

export const MODERN = "2026-07-28";
export const LATEST_SESSION = "2025-11-25";
const META = "io.modelcontextprotocol/";
const ACCEPT = "application/json, text/event-stream";

/** A JSON-RPC answer as the tests read it. */
export interface RpcBody {
  jsonrpc: string;
  id: string | number | null;
  result?: Record<string, unknown>;
  error?: { code: number; message: string; data?: { code?: string; details?: Record<string, unknown> } };
}

export interface Sending {
  key?: string;
  headers?: Record<string, string>;
  path?: string;
  /** What the client of a session declares that it can do. */
  capabilities?: Record<string, unknown>;
}

/** One HTTP request to the endpoint, as it is written. */
export async function raw(method: string, body: unknown, { key, headers = {}, path = "/mcp" }: Sending = {}): Promise<Response> {
  const all = new Headers({ ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }), ...headers });
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const init = { method, headers: all, ...(text === undefined ? {} : { body: text }) };
  return exports.default.fetch(new Request(BASE_URL + path, init));
}

async function reply(response: Response): Promise<Reply<RpcBody>> {
  const text = await response.text();
  const is_json = response.headers.get("Content-Type")?.includes("json") === true && text !== "";
  return { status: response.status, headers: response.headers, body: (is_json ? JSON.parse(text) : text) as RpcBody };
}

/** A POST of any message, with the headers that every client sends. */
export async function post(message: unknown, sending: Sending = {}): Promise<Reply<RpcBody>> {
  const headers = { "Content-Type": "application/json", Accept: ACCEPT, ...sending.headers };
  return reply(await raw("POST", message, { ...sending, headers }));
}

export async function request(method: string, sending: Sending = {}): Promise<Reply<RpcBody>> {
  return reply(await raw(method, undefined, sending));
}

/** A request of the stateless revision with everything that it must have. */
export function modernMessage(
  method: string,
  params: Record<string, unknown> = {},
  capabilities: Record<string, unknown> = {},
): Record<string, unknown> {
  const _meta = {
    [`${META}protocolVersion`]: MODERN,
    [`${META}clientInfo`]: { name: "test", version: "1" },
    [`${META}clientCapabilities`]: capabilities,
    ...(params._meta as Record<string, unknown> | undefined),
  };
  return { jsonrpc: "2.0", id: 1, method, params: { ...params, _meta } };
}

export function modernHeaders(method: string, name?: string): Record<string, string> {
  return { "MCP-Protocol-Version": MODERN, "Mcp-Method": method, ...(name === undefined ? {} : { "Mcp-Name": name }) };
}

/** One request of the stateless revision. */
export function modern(method: string, params: Record<string, unknown> = {}, sending: Sending = {}): Promise<Reply<RpcBody>> {
  const named = params.name ?? params.uri ?? params.taskId;
  const headers = { ...modernHeaders(method, typeof named === "string" ? named : undefined), ...sending.headers };
  return post(modernMessage(method, params), { ...sending, headers });
}

export function initializeMessage(version = LATEST_SESSION, capabilities: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: { protocolVersion: version, capabilities, clientInfo: { name: "test", version: "1" } },
  };
}

export interface OpenSession {
  id: string;
  /** Sends a message in it. */
  post(message: unknown, sending?: Sending): Promise<Reply<RpcBody>>;
  request(method: string, params?: Record<string, unknown>, sending?: Sending): Promise<Reply<RpcBody>>;
}

/** A session of an older revision. */
export async function openSession(key: string, version = LATEST_SESSION, sending: Sending = {}): Promise<OpenSession> {
  const opened = await post(initializeMessage(version, sending.capabilities), { key, ...sending });
  const id = opened.headers.get("Mcp-Session-Id");
  if (opened.status !== 200 || id === null) throw new Error(`no session: ${opened.status} ${JSON.stringify(opened.body)}`);
  const in_session = { "Mcp-Session-Id": id, ...(version >= "2025-06-18" ? { "MCP-Protocol-Version": version } : {}) };
  const postIn = (message: unknown, more: Sending = {}): Promise<Reply<RpcBody>> =>
    post(message, { key, ...sending, ...more, headers: { ...in_session, ...sending.headers, ...more.headers } });
  return {
    id,
    post: postIn,
    request: (method, params = {}, more = {}) => postIn({ jsonrpc: "2.0", id: 2, method, params }, more),
  };
}

/** An organization's first key, which holds every scope. */
export async function newKey(input: Record<string, unknown> = {}): Promise<string> {
  return (await createOrganization(input)).api_key;
}

/** A key of these scopes. */
export async function keyWith(owner_key: string, scopes: string[]): Promise<string> {
  const made = await send<{ key: string }>("POST", "/api/v1/api-keys", { key: owner_key, body: { name: "For a test", scopes } });
  if (made.status !== 201) throw new Error(`key not created: ${made.status} ${JSON.stringify(made.body)}`);
  return made.body.key;
}

/** The running Worker as `fetch`, for client libraries. */
export const fetchWorker = (url: string | URL, init?: RequestInit): Promise<Response> => exports.default.fetch(new Request(url, init));
