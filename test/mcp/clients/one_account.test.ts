// A client of MCP is one client among others: one bucket, one log, one memory of idempotency keys.
import { beforeEach, describe, expect, it } from "vitest";
import { createOrganization, send, type TestOrganization } from "../../support/api.ts";
import type { ToolResult } from "./client.ts";
import { LINES } from "./lines.ts";
import { codeOf, EXPORT, exportsOf } from "./support.ts";

interface Limits {
  charged: number;
  minute: { limit: number; remaining: number };
}

const limitsIn = ({ _meta }: ToolResult): Limits => _meta!["crow/rate_limit"] as Limits;
const today = new Date().toISOString().slice(0, 10);

let organization: TestOrganization;
let key: string;
beforeEach(async () => {
  organization = await createOrganization({ tier: "starter" });
  key = organization.api_key;
});

const remaining = async (): Promise<number> => Number((await send("GET", "/api/v1/products", { key })).headers.get("X-RateLimit-Remaining"));

describe.each(LINES)("a client ($line)", ({ connect }) => {
  it("pays from the key's one bucket what the operation costs, and nothing for the protocol's own", async () => {
    const before = await remaining();
    const client = await connect({ key });
    await client.tools();
    await client.follow("crow://organization");
    const cheap = limitsIn(await client.call("products_list"));
    expect(cheap).toMatchObject({ charged: 1, minute: { remaining: before - 1 } });
    const dear = limitsIn(await client.call("exports_create", EXPORT, { onprogress: () => undefined }));
    expect(dear).toMatchObject({ charged: 10 });
    expect(await remaining()).toBe(before - 1 - 10 - 1);
    await client.end();
  });

  it("pays once for what a person had to agree to", async () => {
    const { body } = await send<{ id: string }>("POST", "/api/v1/products", { key, body: { title: "Lamp" } });
    const client = await connect({ key, person: () => ({ action: "accept", content: { confirm: true } }) });
    const before = await remaining();
    expect(codeOf(await client.call("products_delete", { product_id: body.id }))).toBeUndefined();
    const paid = before - (await remaining()) - 1;
    // Without a session the question is a call of its own.
    expect(paid).toBe(client.session === undefined ? 2 : 1);
    await client.end();
  });

  it("is told what is left when the bucket is empty, in the result, and goes on with what costs nothing", async () => {
    const client = await connect({ key });
    // REST empties it.
    for (let left = await remaining(); left > 0;) {
      const { status, headers } = await send("GET", "/api/v1/products", { key });
      left = status === 429 ? 0 : Number(headers.get("X-RateLimit-Remaining"));
    }
    const result = await client.call("products_list");
    expect(codeOf(result)).toBe("RATE_LIMITED");
    expect(result.structuredContent!.error!.details.retry_after_s).toBeGreaterThan(0);
    expect((await client.tools()).length).toBeGreaterThan(0);
    await client.end();
    expect(client.errors).toEqual([]);
  });

  it("is in the audit log with its protocol, and in the usage with all that it cost", async () => {
    const client = await connect({ key });
    const made = await client.call("products_create", { title: "Audited" });
    await client.call("insights_summary");
    await client.call("exports_create", EXPORT, { onprogress: () => undefined });
    await client.end();
    const { id } = made.structuredContent as { id: string };
    const { body: audit } = await send<{ data: object[] }>("GET", `/api/v1/audit-log?subject=${id}`, { key });
    expect(audit.data).toMatchObject([{ protocol: "mcp", operation: "products.create", principal: { id: organization.api_key_id } }]);
    const { body: report } = await send<{ usage: { protocol: string; operation: string; cost: number }[] }>(
      "GET",
      `/api/v1/usage?date_from=${today}&date_to=${today}`,
      { key },
    );
    const costs = Object.fromEntries(report.usage.filter(({ protocol }) => protocol === "mcp").map(({ operation, cost }) => [operation, cost]));
    expect(costs).toEqual({ "products.create": 1, "insights.summary": 2, "exports.create": 10 });
  });

  it("does once what it and a REST client ask for under one idempotency key, whoever comes first", async () => {
    const client = await connect({ key });
    const meta = { "crow/idempotency_key": "once-and-for-all" };
    const first = await client.call("products_create", { title: "Once" }, { meta });
    const replayed = await send<{ id: string }>("POST", "/api/v2/products", {
      key,
      headers: { "Idempotency-Key": "once-and-for-all" },
      body: { title: "Once" },
    });
    expect(replayed.headers.get("Idempotency-Replayed")).toBe("true");
    expect(replayed.body.id).toBe((first.structuredContent as { id: string }).id);
    const again = await client.call("products_create", { title: "Once" }, { meta });
    expect(again._meta).toMatchObject({ "crow/idempotency_replayed": true });
    expect(codeOf(await client.call("products_create", { title: "Twice" }, { meta }))).toBe("IDEMPOTENCY_MISMATCH");
    const { body } = await send<{ data: unknown[] }>("GET", "/api/v1/products", { key });
    expect(body.data).toHaveLength(1);
    await client.end();
  });

  it("waits for the export that another client began under the same key, and begins no second", async () => {
    const meta = { "crow/idempotency_key": "one-export" };
    const clients = [await connect({ key }), await connect({ key })];
    const results = await Promise.all(clients.map((client) => client.call("exports_create", EXPORT, { meta, onprogress: () => undefined })));
    expect(results).toMatchObject([{ structuredContent: { status: "succeeded" } }, { structuredContent: { status: "succeeded" } }]);
    expect(await exportsOf(organization)).toHaveLength(1);
    for (const client of clients) await client.end();
  });
});
