import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createOrganization, OPERATOR_TOKEN, send, type ErrorBody } from "../support/api.ts";

const statuses = async (count: number, key: string): Promise<number[]> =>
  (await Promise.all(Array.from({ length: count }, () => send("GET", "/api/v1/products", { key })))).map(({ status }) => status);

describe("the rate limit", () => {
  it("admits exactly 60 of 200 concurrent requests on a free key", async () => {
    const { api_key } = await createOrganization({ tier: "free" });
    const answers = await statuses(200, api_key);
    expect(answers.filter((status) => status === 200)).toHaveLength(60);
    expect(answers.filter((status) => status === 429)).toHaveLength(140);
  });

  it("gives no amnesty when the actor is evicted or restarted", async () => {
    const { id, api_key } = await createOrganization({ tier: "free" });
    let admitted = 0;
    for (let round = 0; round < 6; round++) {
      const now_admitted = (await statuses(20, api_key)).filter((status) => status === 200).length;
      admitted += now_admitted;
      // Once all is refused, the edge answers alone and the actor sleeps already.
      if (now_admitted > 0) await evictDurableObject(env.ORGANIZATIONS.getByName(id));
    }
    expect(admitted).toBeLessThanOrEqual(60);
    expect(admitted).toBeGreaterThanOrEqual(40);
  });

  it("is refused at the edge once it is known to be used up, without waking the actor", async () => {
    const { id, api_key } = await createOrganization({ tier: "free" });
    await statuses(61, api_key);
    await evictDurableObject(env.ORGANIZATIONS.getByName(id));
    expect(await statuses(5, api_key)).toEqual([429, 429, 429, 429, 429]);
    await expect(evictDurableObject(env.ORGANIZATIONS.getByName(id))).rejects.toThrow("not currently running");
  });

  it("says what remains in the IETF and the X- headers, and when to come back", async () => {
    const { api_key } = await createOrganization({ tier: "free" });
    const first = await send("GET", "/api/v1/products", { key: api_key });
    expect(first.headers.get("RateLimit-Policy")).toBe('"minute";q=60;w=60, "day";q=1000;w=86400');
    expect(first.headers.get("RateLimit")).toMatch(/^"minute";r=59;t=60, "day";r=999;t=\d+$/);
    expect(first.headers.get("X-RateLimit-Remaining")).toBe("59");
    await statuses(59, api_key);
    const refused = await send<ErrorBody>("GET", "/api/v1/products", { key: api_key });
    expect(refused.status).toBe(429);
    expect(refused.body.error.code).toBe("RATE_LIMITED");
    const retry_after_s = Number(refused.headers.get("Retry-After"));
    expect(retry_after_s).toBeGreaterThan(0);
    expect(retry_after_s).toBeLessThanOrEqual(60);
  });

  it("counts failed calls, weighs calls by their cost, and refuses a dear call that does not fit while a cheap one does", async () => {
    const { api_key } = await createOrganization({ tier: "free" });
    const remaining = (reply: { headers: Headers }): number => Number(reply.headers.get("X-RateLimit-Remaining"));
    expect(remaining(await send("GET", "/api/v1/products/prd_01jd0000000000000000000000", { key: api_key }))).toBe(59);
    const batch = { key: api_key, body: { products: [{ name: "A", sku: "A" }] } };
    expect(remaining(await send("POST", "/api/v1/products/batch", batch))).toBe(49);
    for (let left = 39; left >= 9; left -= 10) expect(remaining(await send("POST", "/api/v1/products/batch", batch))).toBe(left);
    expect((await send("POST", "/api/v1/products/batch", batch)).status).toBe(429);
    expect(remaining(await send("GET", "/api/v1/products", { key: api_key }))).toBe(8);
  });

  it.each([
    ["free", "60"],
    ["starter", "300"],
    ["professional", "1000"],
    ["enterprise", null],
  ])("of the %s tier is %s a minute", async (tier, limit) => {
    const { api_key } = await createOrganization({ tier });
    expect((await send("GET", "/api/v1/products", { key: api_key })).headers.get("X-RateLimit-Limit")).toBe(limit);
  });

  it("of an enterprise contract is the contract's", async () => {
    const { api_key } = await createOrganization({ tier: "enterprise", rate_limit: { per_minute: 5 } });
    expect((await statuses(9, api_key)).filter((status) => status === 200)).toHaveLength(5);
  });

  it("does not bound the operator", async () => {
    const reply = await send("GET", "/api/v1/organizations", { key: OPERATOR_TOKEN });
    expect(reply.headers.has("RateLimit")).toBe(false);
  });
});

describe("usage", () => {
  it("is counted per key, operation, protocol and day, with what remains", async () => {
    const { api_key, api_key_id } = await createOrganization({ tier: "starter" });
    await send("GET", "/api/v1/products", { key: api_key });
    await send("GET", "/api/v2/products", { key: api_key });
    await send("GET", "/api/v1/products/prd_01jd0000000000000000000000", { key: api_key });
    const usage = await send<{ usage: Record<string, unknown>[]; limits: { api_key_id: string; minute: { remaining: number } }[] }>(
      "GET",
      "/api/v1/usage",
      { key: api_key },
    );
    const counted = usage.body.usage.map(({ protocol, operation, calls, errors }) => ({ protocol, operation, calls, errors }));
    expect(counted).toEqual([
      { protocol: "rest/v1", operation: "products.get", calls: 1, errors: 1 },
      { protocol: "rest/v1", operation: "products.list", calls: 1, errors: 0 },
      { protocol: "rest/v2", operation: "products.list", calls: 1, errors: 0 },
    ]);
    expect(usage.body.limits).toMatchObject([{ api_key_id, minute: { limit: 300, remaining: 296 } }]);
  });
});
