// Streams end at the edge over sockets to the organization: a client hears what changes and how its call is, and goes on where it was when it comes back.
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createOrganization, send, type TestOrganization } from "../../support/api.ts";
import { MessageStream } from "./message_stream.ts";
import { modern, modernHeaders, modernMessage, newKey, openSession, raw, request, type OpenSession } from "./support.ts";

let organization: TestOrganization;
let key: string;
let product_id: string;
let uri: string;
beforeAll(async () => {
  organization = await createOrganization();
  key = organization.api_key;
});
beforeEach(async () => {
  product_id = (await send<{ id: string }>("POST", "/api/v1/products", { key, body: { title: "Lamp" } })).body.id;
  uri = `crow://products/${product_id}`;
});

const rename = (title: string): Promise<unknown> => send("PATCH", `/api/v1/products/${product_id}`, { key, body: { title } });
const inSession = (session: OpenSession, headers: Record<string, string> = {}) => ({ key, headers: { "Mcp-Session-Id": session.id, ...headers } });

describe("a session's own stream", () => {
  it("begins with a place to come back to and when, and tells what the session subscribed to", async () => {
    const session = await openSession(key);
    expect((await session.request("resources/subscribe", { uri })).body.result).toEqual({});
    const stream = await MessageStream.get(session.id, { key });
    expect(await stream.untilPrimed()).toMatch(/^log\.\d+$/);
    expect(stream.retry_ms).toBeGreaterThan(0);
    expect(stream.response.headers.get("X-Accel-Buffering")).toBe("no");
    await rename("Lamp II");
    const updated = await stream.until(({ message }) => message.method === "notifications/resources/updated");
    expect(updated.message).toEqual({ jsonrpc: "2.0", method: "notifications/resources/updated", params: { uri } });
    expect(updated.id).toMatch(/^log\.\d+$/);
    await stream.leave();
  });

  it("goes on after the last event that the client had seen: nothing is lost, and nothing told twice", async () => {
    const session = await openSession(key);
    await session.request("resources/subscribe", { uri });
    const first = await MessageStream.get(session.id, { key });
    await first.untilPrimed();
    await rename("One");
    const { id } = await first.until(({ message }) => message.method === "notifications/resources/updated");
    await first.leave();
    await rename("Two");
    const again = await MessageStream.get(session.id, { key, headers: { "Last-Event-ID": id! } });
    await again.until(({ message }) => message.method === "notifications/resources/updated");
    await again.leave();
    const last = again.told.at(-1)!.id!;
    const quiet = await MessageStream.get(session.id, { key, headers: { "Last-Event-ID": last } });
    expect(await quiet.untilPrimed()).toBe(last);
    expect(quiet.told).toEqual([]);
    await quiet.leave();
  });

  it("has no event without data for a client whose revision does not know them", async () => {
    const session = await openSession(key, "2025-06-18");
    await session.request("resources/subscribe", { uri });
    const stream = await MessageStream.get(session.id, { key });
    // The socket is open once the answer is there.
    await rename("Lamp III");
    await stream.until(({ message }) => message.method === "notifications/resources/updated");
    expect(stream.events.every(({ data }) => data !== "")).toBe(true);
    await stream.leave();
  });

  it("is nobody else's, and another session's place is none of its own", async () => {
    const session = await openSession(key);
    const headers = { "Mcp-Session-Id": session.id, Accept: "text/event-stream" };
    expect((await request("GET", { key: await newKey(), headers })).status).toBe(404);
    const call_id = "mcall_01jd0000000000000000000000.1";
    expect((await request("GET", { key, headers: { ...headers, "Last-Event-ID": call_id } })).status).toBe(400);
  });

  it("ends when the session does", async () => {
    const session = await openSession(key);
    const stream = await MessageStream.get(session.id, { key });
    await stream.untilPrimed();
    await request("DELETE", inSession(session));
    await stream.untilEnd();
  });
});

describe("a listener of the stateless revision", () => {
  const listen = (notifications: Record<string, unknown>, as = key): Promise<Response> =>
    raw("POST", modernMessage("subscriptions/listen", { notifications }), {
      key: as,
      headers: { Accept: "application/json, text/event-stream", "Content-Type": "application/json", ...modernHeaders("subscriptions/listen") },
    });

  it("is acknowledged first, then told what it asked for, and nothing else", async () => {
    const stream = MessageStream.of(await listen({ resourceSubscriptions: [uri] }));
    const _meta = { "io.modelcontextprotocol/subscriptionId": 1 };
    await stream.until(({ message }) => message.method === "notifications/subscriptions/acknowledged");
    await rename("Lamp II");
    // Which changes the list of resources too.
    await send("POST", "/api/v1/products", { key, body: { title: "Chair" } });
    await stream.until(({ message }) => message.method === "notifications/resources/updated");
    expect(stream.told[0]!.message.params).toEqual({ notifications: { resourceSubscriptions: [uri] }, _meta });
    expect(stream.told[1]!.message.params).toEqual({ uri, _meta });
    expect(new Set(stream.methods.slice(1))).toEqual(new Set(["notifications/resources/updated"]));
    await stream.leave();
  });

  it("of lists is told that they changed", async () => {
    const stream = MessageStream.of(await listen({ resourcesListChanged: true, toolsListChanged: true }));
    await stream.until(({ message }) => message.method === "notifications/subscriptions/acknowledged");
    await send("POST", "/api/v1/products", { key, body: { title: "Chair" } });
    await stream.until(({ message }) => message.method === "notifications/resources/list_changed");
    await stream.leave();
  });

  it("that asks for nothing is acknowledged and done", async () => {
    const stream = MessageStream.of(await listen({}));
    await stream.untilEnd();
    expect(stream.told.map(({ message }) => message.method ?? message.result)).toEqual([
      "notifications/subscriptions/acknowledged",
      expect.objectContaining({ resultType: "complete" }),
    ]);
  });

  it("ends with a result when its key is revoked, and cannot begin again", async () => {
    const made = await send<{ id: string; key: string }>("POST", "/api/v1/api-keys", { key, body: { name: "Listener", scopes: ["products:read"] } });
    const stream = MessageStream.of(await listen({ resourceSubscriptions: [uri] }, made.body.key));
    await stream.until(({ message }) => message.method === "notifications/subscriptions/acknowledged");
    await send("DELETE", `/api/v1/api-keys/${made.body.id}`, { key });
    await stream.untilEnd();
    expect(stream.told.at(-1)!.message.result).toMatchObject({ resultType: "complete" });
    const refused = await listen({ resourceSubscriptions: [uri] }, made.body.key);
    expect(refused.status).toBe(401);
    expect(refused.headers.get("WWW-Authenticate")).toContain('error="invalid_token"');
  });
});

const EXPORT = { name: "exports_create", arguments: { resource: "products", format: "csv" }, _meta: { progressToken: "p1" } };

describe("a call that takes its time", () => {
  const call = (session: OpenSession): Promise<MessageStream> =>
    MessageStream.post({ jsonrpc: "2.0", id: "export", method: "tools/call", params: EXPORT }, inSession(session));

  it("tells a session's client how far it is, then its result, each with a place", async () => {
    const stream = await call(await openSession(key));
    const { message } = await stream.until((told) => told.message.id === "export");
    await stream.untilEnd();
    expect(message.result).toMatchObject({ structuredContent: { status: "succeeded" } });
    const progress = stream.told.filter(({ message: { method } }) => method === "notifications/progress");
    expect(progress.length).toBeGreaterThan(0);
    for (const { message: told } of progress) expect(told.params).toMatchObject({ progressToken: "p1", progress: expect.any(Number) });
    expect(stream.events[0]).toMatchObject({ data: "", id: expect.stringMatching(/^mcall_\w+\.0$/) });
    expect(stream.told.every(({ id }) => /^mcall_\w+\.\d+$/.test(id ?? ""))).toBe(true);
  });

  it("goes on when the client leaves, and tells the rest when it comes back", async () => {
    const session = await openSession(key);
    const stream = await call(session);
    const place = await stream.untilPrimed();
    await stream.leave();
    const again = await MessageStream.get(session.id, { key, headers: { "Last-Event-ID": place } });
    const { message } = await again.until((told) => told.message.id === "export");
    expect(message.result).toMatchObject({ structuredContent: { status: "succeeded" } });
    await again.untilEnd();
    const other = await openSession(key);
    const foreign = await request("GET", inSession(other, { "Last-Event-ID": place, Accept: "text/event-stream" }));
    expect(foreign.status).toBe(400);
  });

  it("tells a client of the stateless revision the same on the request's own stream", async () => {
    const stream = await MessageStream.post(modernMessage("tools/call", EXPORT), { key, headers: modernHeaders("tools/call", EXPORT.name) });
    const { message } = await stream.until((told) => told.message.id === 1);
    await stream.untilEnd();
    expect(message.result).toMatchObject({ resultType: "complete", structuredContent: { status: "succeeded" } });
    expect(message.result!._meta).toHaveProperty(["io.modelcontextprotocol/serverInfo"]);
    expect(stream.methods).toContain("notifications/progress");
    expect(stream.told.every(({ id }) => id === undefined)).toBe(true);
  });

  it("becomes a task where the client takes that, which is asked for by its id", async () => {
    const extension = { extensions: { "io.modelcontextprotocol/tasks": {} } };
    const headers = { Accept: "application/json, text/event-stream", "Content-Type": "application/json" };
    const ask = async (method: string, params: Record<string, unknown>, name: string): Promise<Record<string, unknown>> => {
      const response = await raw("POST", modernMessage(method, params, extension), { key, headers: { ...headers, ...modernHeaders(method, name) } });
      return ((await response.json()) as { result: Record<string, unknown> }).result;
    };
    const begun = await ask("tools/call", { name: EXPORT.name, arguments: EXPORT.arguments }, EXPORT.name);
    expect(begun).toMatchObject({ resultType: "task", taskId: expect.any(String) });
    const taskId = String(begun.taskId);
    await expect.poll(async () => (await ask("tasks/get", { taskId }, taskId)).status, { timeout: 10_000 }).toBe("completed");
    expect(await ask("tasks/get", { taskId }, taskId)).toMatchObject({
      resultType: "complete",
      result: { structuredContent: { status: "succeeded" } },
    });
    expect(await ask("tasks/cancel", { taskId }, taskId)).toMatchObject({ resultType: "complete" });
    const undeclared = await modern("tasks/get", { taskId }, { key });
    expect(undeclared.status).toBe(400);
    expect(undeclared.body.error!.code).toBe(-32_021);
  });
});

describe("a call that asks its client", () => {
  it("asks on its stream in a session, and goes on with the answer that is posted", async () => {
    const opened = await openSession(key, undefined, { capabilities: { elicitation: {} } });
    const remove = { name: "products_delete", arguments: { product_id } };
    const stream = await MessageStream.post({ jsonrpc: "2.0", id: 7, method: "tools/call", params: remove }, inSession(opened));
    const asked = await stream.until(({ message }) => message.method === "elicitation/create");
    expect((await send("GET", `/api/v1/products/${product_id}`, { key })).status).toBe(200);
    const answer = await opened.post({ jsonrpc: "2.0", id: asked.message.id, result: { action: "accept", content: { confirm: true } } });
    expect(answer.status).toBe(202);
    const { message } = await stream.until((told) => told.message.id === 7);
    expect(message.result).not.toHaveProperty("isError", true);
    await stream.untilEnd();
    expect((await send("GET", `/api/v1/products/${product_id}`, { key })).status).toBe(404);
  });

  it("is answered with the question in the stateless revision, and asked again with the answer", async () => {
    const capabilities = { elicitation: {} };
    const headers = { "Content-Type": "application/json", Accept: "*/*", ...modernHeaders("tools/call", "products_delete") };
    const ask = async (more: Record<string, unknown>): Promise<Record<string, unknown>> => {
      const params = { name: "products_delete", arguments: { product_id }, ...more };
      const response = await raw("POST", modernMessage("tools/call", params, capabilities), { key, headers });
      return ((await response.json()) as { result: Record<string, unknown> }).result;
    };
    const asked = await ask({});
    expect(asked).toMatchObject({ resultType: "input_required", requestState: expect.any(String) });
    const [name] = Object.keys(asked.inputRequests as object);
    const answered = { inputResponses: { [name!]: { action: "accept", content: { confirm: true } } }, requestState: asked.requestState };
    const done = await ask(answered);
    expect(done).toMatchObject({ resultType: "complete" });
    expect(done).not.toHaveProperty("isError", true);
    expect((await send("GET", `/api/v1/products/${product_id}`, { key })).status).toBe(404);
  });
});
