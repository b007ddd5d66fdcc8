// What a session's call says is kept no less safely, and no longer and larger, than anything else.
import { describe, expect, it } from "vitest";
import { createOrganization, send } from "../../support/api.ts";
import { sql } from "../actor/support.ts";
import { MessageStream } from "./message_stream.ts";
import { openSession } from "./support.ts";

const message = (id: number | string, params: Record<string, unknown>) => ({ jsonrpc: "2.0", id, method: "tools/call", params });
const CREATE_KEY = { name: "execute_operation", arguments: { operation: "api_keys.create", input: { name: "One", scopes: ["products:read"] } } };

describe("a call that asked", () => {
  it("leaves no secret in plain text in the database", async () => {
    const organization = await createOrganization();
    const key = organization.api_key;
    const session = await openSession(key, "2025-11-25", { capabilities: { elicitation: {} } });
    const headers = { "Mcp-Session-Id": session.id, "MCP-Protocol-Version": "2025-11-25" };
    const stream = await MessageStream.post(message("k", CREATE_KEY), { key, headers });
    const asked = await stream.until(({ message: { method } }) => method === "elicitation/create");
    await session.post({ jsonrpc: "2.0", id: asked.message.id, result: { action: "accept", content: { confirm: true } } });
    const { message: said } = await stream.until(({ message: { id } }) => id === "k");
    const secret = (said.result!.structuredContent as { key: string }).key;
    expect(secret).toMatch(/^crow_live_/);
    const rows = await sql(organization, "SELECT message FROM mcp_messages");
    expect(rows.filter((row) => String(row.message).includes(secret))).toEqual([]);
  });

  it("keeps nothing of its request once it is over", async () => {
    const organization = await createOrganization();
    const key = organization.api_key;
    const session = await openSession(key, "2025-11-25", { capabilities: { elicitation: {} } });
    const headers = { "Mcp-Session-Id": session.id, "MCP-Protocol-Version": "2025-11-25" };
    const calls = 60;
    for (let n = 0; n < calls; n++) {
      const stream = await MessageStream.post(message(n, { ...CREATE_KEY, _meta: { junk: "x".repeat(190_000) } }), { key, headers });
      const asked = await stream.until(({ message: { method } }) => method === "elicitation/create");
      await session.post({ jsonrpc: "2.0", id: asked.message.id, result: { action: "decline" } });
      await stream.untilEnd();
    }
    const [row] = await sql(organization, "SELECT sum(length(asked)) AS characters, count(*) AS count FROM mcp_calls");
    // Each cost 1: a thousand a minute, for ten minutes, is two gigabytes.
    expect(Number(row!.characters)).toBeLessThan(1_000_000);
  });
});

describe("a progress token", () => {
  it("is repeated, so a long one is refused before anything runs", async () => {
    const { api_key: key } = await createOrganization();
    const session = await openSession(key);
    const params = { name: "exports_create", arguments: { resource: "products", format: "csv" }, _meta: { progressToken: "t".repeat(257) } };
    const { body } = await session.request("tools/call", params);
    expect(body.error).toMatchObject({ code: -32_602, data: { code: "VALIDATION_ERROR", details: { field: "_meta.progressToken" } } });
    expect((await send<{ data: unknown[] }>("GET", "/api/v1/exports", { key })).body.data).toHaveLength(0);
  });
});

describe("calls that are over", () => {
  it("are kept by the hundred for each owner: the oldest go first", async () => {
    const organization = await createOrganization();
    const session = await openSession(organization.api_key, undefined, { capabilities: { elicitation: {} } });
    const sent = { key: organization.api_key, headers: { "Mcp-Session-Id": session.id, "MCP-Protocol-Version": "2025-11-25" } };
    const decline = async (id: number): Promise<void> => {
      const stream = await MessageStream.post(message(id, CREATE_KEY), sent);
      const asked = await stream.until(({ message: { method } }) => method === "elicitation/create");
      await session.post({ jsonrpc: "2.0", id: asked.message.id, result: { action: "decline" } });
      await stream.untilEnd();
    };
    await decline(1);
    const columns = "owner, session_id, request_id, is_task, view, asked, status, subject, questions, progress, outcome, scopes, paid, created_at";
    await sql(
      organization,
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99)
       INSERT INTO mcp_calls (id, ${columns}, updated_at, expires_at) SELECT 'older ' || i, ${columns}, updated_at - 1000 * i, expires_at FROM mcp_calls, n`,
    );
    await decline(2);
    const kept = await sql(organization, "SELECT id FROM mcp_calls ORDER BY updated_at");
    expect(kept).toHaveLength(100);
    expect(kept[0]).toEqual({ id: "older 98" });
  });
});
