// What cannot be answered is refused as HTTP has it, in both eras, with a JSON-RPC error that says what to do.
import { beforeAll, describe, expect, it } from "vitest";
import { BASE_URL, OPERATOR_TOKEN } from "../../support/api.ts";
import {
  fetchWorker,
  initializeMessage,
  modern,
  modernHeaders,
  modernMessage,
  newKey,
  openSession,
  post,
  raw,
  request,
  type OpenSession,
  type Sending,
} from "./support.ts";

let key: string;
let session: OpenSession;
beforeAll(async () => {
  key = await newKey();
  session = await openSession(key);
});

const LIST = { jsonrpc: "2.0", id: 1, method: "tools/list" };
const inSession = (): Record<string, string> => ({ "Mcp-Session-Id": session.id });
const deep = `{"jsonrpc":"2.0","id":1,"method":"tools/list","params":${'{"a":'.repeat(100)}1${"}".repeat(101)}`;

interface Case {
  method?: string;
  body?: unknown;
  headers?: () => Record<string, string>;
  as?: string;
  status: number;
  code?: number;
}

it("a browser that opens the address is shown how clients are connected to it", async () => {
  for (const path of ["/mcp", "/mcp/readonly"]) {
    const headers = { Accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
    const response = await fetchWorker(BASE_URL + path, { headers, redirect: "manual" });
    expect([response.status, response.headers.get("Location")]).toEqual([302, "/docs/mcp"]);
  }
  expect(await (await raw("GET", undefined, { path: "/docs/mcp" })).text()).toContain("/mcp/readonly</pre>");
});

/** In the order in which they are judged. */
const CASES: Record<string, Case> = {
  "no credential": { body: modernMessage("tools/list"), as: "", status: 401, code: -32_000 },
  "no credential, to open a session": { body: initializeMessage(), as: "", status: 401, code: -32_000 },
  "a forged key": { body: modernMessage("tools/list"), as: "crow_live_forged", status: 401, code: -32_000 },
  "a method that HTTP has and we do not": { method: "PUT", body: LIST, status: 405, code: -32_000 },
  "a stream without a session": { method: "GET", status: 405, code: -32_000 },
  "an end without a session": { method: "DELETE", status: 405, code: -32_000 },
  "a client that takes no streams": { body: LIST, headers: () => ({ Accept: "application/json" }), status: 406, code: -32_000 },
  "a client that takes no JSON": { body: LIST, headers: () => ({ Accept: "text/event-stream" }), status: 406, code: -32_000 },
  "a stream for a client that takes none": {
    method: "GET",
    headers: () => ({ ...inSession(), Accept: "application/json" }),
    status: 406,
    code: -32_000,
  },
  "a body that says it is text": { body: LIST, headers: () => ({ "Content-Type": "text/plain" }), status: 415, code: -32_000 },
  "a body of more than 1 MiB": { body: " ".repeat(1_048_577), status: 413, code: -32_000 },
  "no body": { body: "", status: 400, code: -32_700 },
  "a body that is no JSON": { body: "{", status: 400, code: -32_700 },
  "a body that is nested too deeply": { body: deep, status: 400, code: -32_700 },
  "a body that is no message": { body: { hello: "world" }, status: 400, code: -32_600 },
  "another version of JSON-RPC": { body: { ...LIST, jsonrpc: "1.0" }, status: 400, code: -32_600 },
  "a request whose id is null": { body: { ...LIST, id: null }, headers: inSession, status: 400, code: -32_600 },
  "a request whose id is longer than any": { body: { ...LIST, id: "x".repeat(300) }, headers: inSession, status: 400, code: -32_600 },
  "an empty batch": { body: [], status: 400, code: -32_600 },
  "a batch with a request of the stateless revision": { body: [modernMessage("tools/list")], status: 400, code: -32_600 },
  "a request without a session": { body: LIST, status: 400, code: -32_602 },
  "a notification without a session": { body: { jsonrpc: "2.0", method: "notifications/initialized" }, status: 400, code: -32_602 },
  "a version that there is not, in a session": {
    body: LIST,
    headers: () => ({ ...inSession(), "MCP-Protocol-Version": "2025-01-01" }),
    status: 400,
    code: -32_602,
  },
  "a session that there is not": { body: LIST, headers: () => ({ "Mcp-Session-Id": "mses_nothing.20251125" }), status: 404, code: -32_000 },
  "what is no session": { body: LIST, headers: () => ({ "Mcp-Session-Id": "nothing" }), status: 404, code: -32_000 },
  "a batch in a revision that has none": { body: [LIST], headers: inSession, status: 400, code: -32_602 },
  "a stream from a place that there is not": {
    method: "GET",
    headers: () => ({ ...inSession(), Accept: "text/event-stream", "Last-Event-ID": "nowhere" }),
    status: 400,
    code: -32_600,
  },
  "initialize that says nothing of the client": { body: { ...LIST, method: "initialize", params: {} }, status: 400, code: -32_602 },
  "initialize under the stateless revision": {
    body: initializeMessage(),
    headers: () => ({ "MCP-Protocol-Version": "2026-07-28" }),
    status: 400,
    code: -32_020,
  },
  "an envelope without capabilities": {
    body: { ...LIST, params: { _meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28" } } },
    headers: () => modernHeaders("tools/list"),
    status: 400,
    code: -32_602,
  },
  "a header that names the stateless revision over a body that does not": {
    body: LIST,
    headers: () => modernHeaders("tools/list"),
    status: 400,
    code: -32_602,
  },
  "no version header over a body that needs it": { body: modernMessage("tools/list"), status: 400, code: -32_020 },
  "a header that names another method": { body: modernMessage("tools/list"), headers: () => modernHeaders("tools/call"), status: 400, code: -32_020 },
  "a header that names another tool": {
    body: modernMessage("tools/call", { name: "one" }),
    headers: () => modernHeaders("tools/call", "two"),
    status: 400,
    code: -32_020,
  },
  "a task without the header that names it": {
    body: modernMessage("tasks/get", { taskId: "mcall_1" }),
    headers: () => modernHeaders("tasks/get"),
    status: 400,
    code: -32_020,
  },
  "a revision of the future": {
    body: modernMessage("tools/list", { _meta: { "io.modelcontextprotocol/protocolVersion": "2099-01-01" } }),
    headers: () => ({ ...modernHeaders("tools/list"), "MCP-Protocol-Version": "2099-01-01" }),
    status: 400,
    code: -32_022,
  },
  "a method that there is not": { body: modernMessage("nothing/here"), headers: () => modernHeaders("nothing/here"), status: 404, code: -32_601 },
  "a method of sessions alone": {
    body: modernMessage("resources/subscribe", { uri: "crow://products/1" }),
    headers: () => modernHeaders("resources/subscribe", "crow://products/1"),
    status: 404,
    code: -32_601,
  },
  "a filter that is none": {
    body: modernMessage("subscriptions/listen"),
    headers: () => modernHeaders("subscriptions/listen"),
    status: 200,
    code: -32_602,
  },
  "a listener that follows too much": {
    body: modernMessage("subscriptions/listen", {
      notifications: { resourceSubscriptions: Array.from({ length: 101 }, (_, n) => `crow://products/${n}`) },
    }),
    headers: () => modernHeaders("subscriptions/listen"),
    status: 400,
    code: -32_602,
  },
  "the operator who names no organization": {
    body: modernMessage("tools/list"),
    as: OPERATOR_TOKEN,
    headers: () => modernHeaders("tools/list"),
    status: 400,
    code: -32_602,
  },
};

describe("a request is refused that is", () => {
  it.each(Object.entries(CASES))("%s", async (_name, { method = "POST", body, headers, as, status, code }) => {
    const sending: Sending = { ...(as === "" ? {} : { key: as ?? key }), headers: headers?.() ?? {} };
    const reply = method === "POST" ? await post(body, sending) : await request(method, sending);
    expect(reply.status).toBe(status);
    expect(reply.headers.get("Content-Type")).toContain("application/json");
    expect(reply.body).toMatchObject({ jsonrpc: "2.0", error: { code } });
    expect(reply.body.error!.message).not.toBe("");
    if (status === 405) expect(reply.headers.get("Allow")).toContain("POST");
    if (status === 401) expect(reply.headers.get("WWW-Authenticate")).toContain("resource_metadata=");
    expect(reply.headers.get("X-Request-Id")).not.toBeNull();
  });

  it("and what is right beside all that is answered", async () => {
    expect((await modern("server/discover", {}, { key })).status).toBe(200);
    expect((await session.request("ping")).body).toEqual({ jsonrpc: "2.0", id: 2, result: {} });
  });

  it("with the request's own id, where it had one", async () => {
    const refused = await post({ ...LIST, id: "mine" }, { key, headers: { "Mcp-Session-Id": "mses_nothing.20251125" } });
    expect(refused.body.id).toBe("mine");
    expect(refused.body.error!.data).toMatchObject({ code: "NOT_FOUND", details: { resource: "session" } });
  });

  it("and wildcards, or nothing at all, accept whatever comes", async () => {
    for (const Accept of ["*/*", "application/*, text/*", "text/event-stream;q=0.5, application/json"]) {
      expect((await modern("server/discover", {}, { key, headers: { Accept } })).status).toBe(200);
    }
    const bare = { "Content-Type": "application/json; charset=utf-8", ...modernHeaders("server/discover") };
    expect((await raw("POST", modernMessage("server/discover"), { key, headers: bare })).status).toBe(200);
  });
});
