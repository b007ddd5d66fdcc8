import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createOrganization, OPERATOR_TOKEN, send, type ErrorBody } from "../support/api.ts";

interface WindowUse {
  limit: number;
  remaining: number;
}

interface UsageBody {
  date_from: string;
  date_to: string;
  totals: { calls: number; errors: number; cost: number };
  usage: { date: string; credential: string; operation: string; calls: number; cost: number }[];
  limits: { api_key_id: string; minute: WindowUse | null }[];
  own_limit: { minute: WindowUse | null; day: WindowUse | null } | null;
}

interface KeyBody {
  id: string;
  key: string;
  last_used_at: string | null;
}

async function createKey(key: string, body: Record<string, unknown>): Promise<KeyBody> {
  return (await send<KeyBody>("POST", "/api/v1/api-keys", { key, body })).body;
}

const usage = async (key: string, query = ""): Promise<UsageBody> => (await send<UsageBody>("GET", `/api/v1/usage${query}`, { key })).body;

describe("usage", () => {
  it("of one key alone, or of all, with what each has left", async () => {
    const { api_key, api_key_id } = await createOrganization({ tier: "starter" });
    const reader = await createKey(api_key, { name: "Reader", scopes: ["products:read"], rate_limit: { per_minute: 10 } });
    for (let call = 0; call < 3; call++) await send("GET", "/api/v1/products", { key: reader.key });
    const one = await usage(api_key, `?api_key_id=${reader.id}`);
    expect(one.totals).toEqual({ calls: 3, errors: 0, cost: 3 });
    expect(one.limits).toMatchObject([{ api_key_id: reader.id, minute: { limit: 10, remaining: 7 } }]);
    const all = await usage(api_key);
    expect(all.limits.map((limit) => limit.api_key_id).toSorted()).toEqual([api_key_id, reader.id].toSorted());
    expect(all.own_limit?.minute).toMatchObject({ limit: 300, remaining: 297 });
    expect(all.totals.calls).toBe(5);
  });

  it("that was written down survives the actor's eviction", async () => {
    const { id, api_key } = await createOrganization();
    await send("GET", "/api/v1/products", { key: api_key });
    await usage(api_key);
    await evictDurableObject(env.ORGANIZATIONS.getByName(id));
    expect((await usage(api_key)).usage).toContainEqual(expect.objectContaining({ operation: "products.list", calls: 1 }));
  });

  it("is by default of the last 30 days, today included", async () => {
    const { api_key } = await createOrganization();
    const { date_from, date_to } = await usage(api_key);
    expect(Date.parse(date_to) - Date.parse(date_from)).toBe(29 * 86_400_000);
    expect(await usage(api_key, "?date_from=2020-01-01&date_to=2020-01-31")).toMatchObject({ totals: { calls: 0 }, usage: [] });
  });

  it.each([
    ["?date_from=yesterday", "date_from"],
    ["?date_from=2026-02-30", "date_from"],
    ["?date_from=2026-02-02&date_to=2026-02-01", "date_from"],
    ["?date_from=2020-01-01&date_to=2026-01-01", "date_from"],
    ["?api_key_id=nobody", "api_key_id"],
    ["?oauth_client_id=nobody", "oauth_client_id"],
    ["?api_key_id=key_01jd0000000000000000000000&oauth_client_id=cli_01jd0000000000000000000000", "oauth_client_id"],
    ["?credential=x", "credential"],
  ])("is refused with %s", async (query, field) => {
    const { api_key } = await createOrganization();
    const reply = await send<ErrorBody>("GET", `/api/v1/usage${query}`, { key: api_key });
    expect([reply.status, reply.body.error.details.field]).toEqual([400, field]);
  });

  it("too long for one answer is refused, not cut", async () => {
    const { id, api_key } = await createOrganization();
    await runInDurableObject(env.ORGANIZATIONS.getByName(id), (_actor, state) => {
      state.storage.sql.exec(
        `WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 20001)
         INSERT INTO usage_daily (day, credential, protocol, operation, calls, errors, cost)
         SELECT 18262 + number % 300, 'key', 'rest/v1', number, 1, 0, 1 FROM numbers`,
      );
    });
    const long = await send<ErrorBody>("GET", "/api/v1/usage?date_from=2020-01-01&date_to=2020-12-31", { key: api_key });
    expect([long.status, long.body.error.details.field]).toEqual([400, "date_from"]);
    expect((await usage(api_key, "?date_from=2020-01-01&date_to=2020-01-31")).totals.calls).toBeGreaterThan(2_000);
  });

  it("of the sandbox is the sandbox's, with the test key's own bucket", async () => {
    const { api_key } = await createOrganization({ tier: "starter" });
    const test_key = await createKey(api_key, { name: "Test", environment: "test", scopes: ["products:read", "usage:read"] });
    await send("GET", "/api/v1/products", { key: test_key.key });
    const sandbox = await usage(test_key.key);
    expect(sandbox.usage).toMatchObject([{ credential: test_key.id, operation: "products.list", calls: 1 }]);
    expect(sandbox.own_limit?.minute).toMatchObject({ limit: 300, remaining: 298 });
    const live = await usage(api_key);
    expect(live.usage.map(({ credential }) => credential)).not.toContain(test_key.id);
    expect(live.limits.map((limit) => limit.api_key_id)).not.toContain(test_key.id);
  });

  it("has no limit of its own for the operator", async () => {
    const { id } = await createOrganization();
    const reply = await send<UsageBody>("GET", "/api/v1/usage", { key: OPERATOR_TOKEN, headers: { "X-Organization-Id": id } });
    expect(reply.body.own_limit).toBeNull();
  });
});

describe("a key's last use", () => {
  it.each(["live", "test"])("is noted for a %s key", async (environment) => {
    const { api_key } = await createOrganization();
    const key = await createKey(api_key, { name: "Used", environment, scopes: ["products:read"] });
    expect(key.last_used_at).toBeNull();
    await send("GET", "/api/v1/products", { key: key.key });
    await usage(api_key);
    const read = await send<KeyBody>("GET", `/api/v1/api-keys/${key.id}`, { key: api_key });
    expect(Math.abs(Date.now() - Date.parse(read.body.last_used_at!))).toBeLessThan(60_000);
  });
});
