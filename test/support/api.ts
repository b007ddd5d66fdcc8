import { exports } from "cloudflare:workers";

export const OPERATOR_TOKEN = "test-operator-token-0123456789abcdef";
export const BASE_URL = "http://crow.test";

export interface Reply<Body = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: Body;
}

export interface RequestOptions {
  key?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** One HTTP request to the running Worker; the body comes back parsed. */
export async function send<Body = Record<string, unknown>>(method: string, path: string, options: RequestOptions = {}): Promise<Reply<Body>> {
  const headers = new Headers(options.headers);
  if (options.key) headers.set("Authorization", `Bearer ${options.key}`);
  const init: RequestInit = { method, headers };
  if (options.body !== undefined) {
    if (!headers.has("Content-Type")) headers.set("Content-Type", "application/json");
    init.body = typeof options.body === "string" ? options.body : JSON.stringify(options.body);
  }
  const response = await exports.default.fetch(new Request(BASE_URL + path, init));
  const text = await response.text();
  const json = response.headers.get("Content-Type")?.includes("json");
  return { status: response.status, headers: response.headers, body: (json && text ? JSON.parse(text) : text) as Body };
}

export interface TestOrganization {
  id: string;
  api_key: string;
  api_key_id: string;
}

/** A fresh organization with its first key, which holds every scope. Enterprise, so that limits are not in the way. */
export async function createOrganization(input: Record<string, unknown> = {}): Promise<TestOrganization> {
  const reply = await send<TestOrganization>("POST", "/api/v1/organizations", {
    key: OPERATOR_TOKEN,
    body: { name: "Test shop", tier: "enterprise", ...input },
  });
  if (reply.status !== 201) throw new Error(`organization not created: ${reply.status} ${JSON.stringify(reply.body)}`);
  return reply.body;
}

export interface ErrorBody {
  error: { code: string; message: string; details: Record<string, unknown> };
}
