// What a credential may no longer read, no kept answer tells it.
import { describe, expect, it } from "vitest";
import { createOrganization, send } from "../../support/api.ts";
import { modern, openSession, raw } from "./support.ts";
import { MessageStream } from "./message_stream.ts";

const TASKS = { "io.modelcontextprotocol/clientCapabilities": { extensions: { "io.modelcontextprotocol/tasks": {} } } };
const EXPORT = { name: "exports_create", arguments: { resource: "interactions", format: "csv" } };

async function narrowable(): Promise<{ key: string; narrow(): Promise<void> }> {
  const { api_key } = await createOrganization();
  const { body } = await send<{ id: string; key: string }>("POST", "/api/v1/api-keys", {
    key: api_key,
    body: { name: "Exports", scopes: ["exports:read", "exports:write", "interactions:read", "products:read"] },
  });
  return {
    key: body.key,
    narrow: async () => {
      const changed = await send("PATCH", `/api/v1/api-keys/${body.id}`, { key: api_key, body: { scopes: ["products:read"] } });
      expect(changed.status).toBe(200);
    },
  };
}

describe("a key whose scopes were narrowed", () => {
  it("gets no link to a file from the task that it began before", async () => {
    const { key, narrow } = await narrowable();
    const created = await modern("tools/call", { ...EXPORT, _meta: TASKS }, { key });
    const taskId = String(created.body.result!.taskId);
    const get = () => modern("tasks/get", { taskId, _meta: TASKS }, { key });
    await expect.poll(async () => (await get()).body.result!.status, { timeout: 10_000 }).toBe("completed");
    await narrow();
    expect((await modern("resources/read", { uri: "crow://exports/exp_00000000000000000000000000" }, { key })).body.error!.data!.code).toBe(
      "FORBIDDEN",
    );
    expect((await get()).body.error).toMatchObject({ data: { code: "FORBIDDEN", details: { required_scope: "exports:read" } } });
  });

  it("gets none from the call that it resumes", async () => {
    const { key, narrow } = await narrowable();
    const session = await openSession(key);
    const headers = { "Mcp-Session-Id": session.id, "MCP-Protocol-Version": "2025-11-25" };
    const stream = await MessageStream.post(
      { jsonrpc: "2.0", id: 7, method: "tools/call", params: { ...EXPORT, _meta: { progressToken: "p" } } },
      { key, headers },
    );
    const first = await stream.untilPrimed();
    await stream.untilEnd();
    await narrow();
    const again = await raw("GET", undefined, {
      key,
      headers: { Accept: "text/event-stream", "Mcp-Session-Id": session.id, "Last-Event-ID": first },
    });
    expect(again.status).toBe(403);
    expect(await again.json()).toMatchObject({ error: { data: { code: "FORBIDDEN", details: { required_scope: "exports:read" } } } });
  });
});
