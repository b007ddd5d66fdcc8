// Sessions of the older revisions: what is agreed on, what each revision is told, and that a session is its principal's alone.
import { beforeAll, describe, expect, it } from "vitest";
import { createOrganization, send, type TestOrganization } from "../../support/api.ts";
import { initializeMessage, keyWith, modern, newKey, openSession, post, request, type OpenSession } from "./support.ts";

let organization: TestOrganization;
let key: string;
beforeAll(async () => {
  organization = await createOrganization();
  key = organization.api_key;
});

describe("initialize", () => {
  it.each(["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])("agrees on %s when that is asked for", async (version) => {
    const opened = await post(initializeMessage(version), { key });
    expect(opened.body.result).toMatchObject({ protocolVersion: version, serverInfo: { name: "crow" }, capabilities: { tools: {} } });
    expect(opened.headers.get("Mcp-Session-Id")).toMatch(/^[\x21-\x7e]+$/);
  });

  it.each(["2023-01-01", "2026-07-28", "2099-01-01", "soon"])("offers the latest with sessions when %s is asked for", async (version) => {
    expect((await post(initializeMessage(version), { key })).body.result).toMatchObject({ protocolVersion: "2025-11-25" });
  });

  it("says no more of the server than a revision knows", async () => {
    const old = (await post(initializeMessage("2024-11-05"), { key })).body.result!;
    const latest = (await post(initializeMessage("2025-11-25"), { key })).body.result!;
    expect(old.serverInfo).not.toHaveProperty("title");
    expect(latest.serverInfo).toHaveProperty("title");
    expect(old.capabilities).not.toHaveProperty("completions");
    expect(latest.capabilities).toHaveProperty("completions");
    expect(latest.capabilities).not.toHaveProperty("extensions");
  });

  it("opens a session whatever session it is sent in", async () => {
    const first = await openSession(key);
    const again = await first.post(initializeMessage());
    expect(again.status).toBe(200);
    expect(again.headers.get("Mcp-Session-Id")).not.toBe(first.id);
  });
});

describe("a session", () => {
  it("answers requests with JSON, and takes notifications and answers without any", async () => {
    const session = await openSession(key);
    const listed = await session.request("tools/list");
    expect(listed.headers.get("Content-Type")).toBe("application/json");
    expect(listed.body).toMatchObject({ jsonrpc: "2.0", id: 2, result: { tools: expect.any(Array) } });
    expect(listed.headers.get("Mcp-Session-Id")).toBeNull();
    for (const message of [
      { jsonrpc: "2.0", method: "notifications/initialized" },
      { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 99 } },
      { jsonrpc: "2.0", method: "notifications/cancelled", params: {} },
      { jsonrpc: "2.0", method: "notifications/of_our_own" },
      { jsonrpc: "2.0", id: "unasked", result: {} },
      { jsonrpc: "2.0", id: "unasked", error: { code: -1, message: "No" } },
    ]) {
      const taken = await session.post(message);
      expect(taken.status, JSON.stringify(message)).toBe(202);
      expect(taken.body).toBe("");
    }
    const unknown = await session.request("nothing/here");
    expect(unknown.status).toBe(200);
    expect(unknown.body.error!.code).toBe(-32_601);
  });

  it("ends by DELETE, and is then as if it had never been", async () => {
    const session = await openSession(key);
    const headers = { "Mcp-Session-Id": session.id };
    expect((await request("DELETE", { key, headers })).status).toBe(204);
    const gone = [
      await session.request("ping"),
      await session.post({ jsonrpc: "2.0", method: "notifications/initialized" }),
      await request("GET", { key, headers: { ...headers, Accept: "text/event-stream" } }),
      await request("DELETE", { key, headers }),
    ];
    for (const reply of gone) {
      expect(reply.status).toBe(404);
      expect(reply.body.error!.data).toMatchObject({ code: "NOT_FOUND", details: { resource: "session" } });
    }
  });

  it("is not there for another key of the same organization, another organization, or a request of the stateless revision", async () => {
    const session = await openSession(key);
    const others = [await keyWith(key, ["products:read"]), await newKey()];
    for (const stranger of others) {
      const reply = await post({ jsonrpc: "2.0", id: 1, method: "ping" }, { key: stranger, headers: { "Mcp-Session-Id": session.id } });
      expect(reply.status).toBe(404);
    }
    const stateless = await modern("tools/list", {}, { key: others[1]!, headers: { "Mcp-Session-Id": session.id } });
    expect(stateless.status).toBe(200);
    expect(stateless.headers.get("Mcp-Session-Id")).toBeNull();
  });
});

interface Tool {
  name: string;
  title?: string;
  outputSchema?: unknown;
  annotations?: unknown;
  inputSchema: unknown;
}

describe("what a session is told", () => {
  const toolsOf = async (session: OpenSession): Promise<Tool[]> => (await session.request("tools/list")).body.result!.tools as Tool[];

  it("is what its revision knows", async () => {
    const by_version = async (version: string): Promise<Tool> => (await toolsOf(await openSession(key, version)))[0]!;
    const [v2024, v2503, v2506] = [await by_version("2024-11-05"), await by_version("2025-03-26"), await by_version("2025-06-18")];
    expect(Object.keys(v2024)).toEqual(expect.arrayContaining(["name", "inputSchema"]));
    expect(v2024).not.toHaveProperty("annotations");
    expect(v2503).toHaveProperty("annotations");
    expect(v2503).not.toHaveProperty("outputSchema");
    expect(v2506).toHaveProperty("outputSchema");
    expect(v2506).toHaveProperty("title");
  });

  it("has structured content from 2025-06-18 on, and the same text in all", async () => {
    await send("POST", "/api/v1/products", { key, body: { title: "Lamp", external_id: "lamp" } });
    const call = async (version: string): Promise<Record<string, unknown>> =>
      (await (await openSession(key, version)).request("tools/call", { name: "products_list", arguments: {} })).body.result!;
    const [old, newer] = [await call("2025-03-26"), await call("2025-06-18")];
    expect(old).not.toHaveProperty("structuredContent");
    expect(newer.structuredContent).toMatchObject({ data: [{ title: "Lamp" }] });
    expect(old.content).toEqual(newer.content);
  });

  it("says nothing of what the stateless revision alone knows", async () => {
    const session = await openSession(key);
    const results = [await session.request("tools/list"), await session.request("prompts/list"), await session.request("resources/list")];
    for (const { body } of results) {
      for (const field of ["resultType", "ttlMs", "cacheScope"]) expect(body.result).not.toHaveProperty(field);
    }
    expect((await modern("tools/list", {}, { key })).body.result).toMatchObject({ resultType: "complete", ttlMs: expect.any(Number) });
  });
});

describe("a batch", () => {
  const ping = (id: number): Record<string, unknown> => ({ jsonrpc: "2.0", id, method: "ping" });
  const initialized = { jsonrpc: "2.0", method: "notifications/initialized" };

  it("is answered in revision 2025-03-26, request by request", async () => {
    const session = await openSession(key, "2025-03-26");
    const reply = await session.post([initialized, ping(1), { jsonrpc: "2.0", id: 2, method: "nothing/here" }, ping(3)]);
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject([
      { id: 1, result: {} },
      { id: 2, error: { code: -32_601 } },
      { id: 3, result: {} },
    ]);
    expect((await session.post([initialized, initialized])).status).toBe(202);
  });

  it("has at most 20 messages and does not open a session", async () => {
    const session = await openSession(key, "2025-03-26");
    const many = Array.from({ length: 21 }, (_, n) => ping(n));
    expect((await session.post(many)).body.error!.message).toContain("20");
    expect((await session.post(many.slice(1))).status).toBe(200);
    expect((await session.post([initializeMessage("2025-03-26")])).status).toBe(400);
  });

  it("is refused as a whole where its session is not there", async () => {
    const session = await openSession(key, "2025-03-26");
    await request("DELETE", { key, headers: { "Mcp-Session-Id": session.id } });
    expect((await session.post([ping(1), ping(2)])).status).toBe(404);
  });
});
