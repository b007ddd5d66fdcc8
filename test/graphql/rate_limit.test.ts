import { describe, expect, it } from "vitest";
import { createOrganization, OPERATOR_TOKEN, send } from "../support/api.ts";
import { ask, askAll, codes } from "./request.ts";

const remaining = (reply: { headers: Headers }): number => Number(reply.headers.get("X-RateLimit-Remaining"));
/** Costs 1. */
const CHEAP = { query: "{ products(first: 1) { id } }" };
/** Costs 10. */
const DEAR = { query: 'mutation { batchUpsertProducts(input: {products: [{title: "A", sku: "A"}]}) { results { id } } }' };

describe("the rate limit", () => {
  it("is the bucket of every protocol, charged by cost, and told in headers, extensions and a field", async () => {
    const { api_key } = await createOrganization({ tier: "free" });
    expect(remaining(await send("GET", "/api/v1/products", { key: api_key }))).toBe(59);
    const reply = await ask(
      api_key,
      "{ a: products(first: 1) { id } insights { totals { visitors { value } } } rateLimit { charged minute { limit remaining resetS } } }",
    );
    expect(reply.body.errors).toBeUndefined();
    expect(remaining(reply)).toBe(56);
    expect(reply.headers.get("RateLimit-Policy")).toBe('"minute";q=60;w=60, "day";q=1000;w=86400');
    expect(reply.headers.get("RateLimit")).toMatch(/^"minute";r=56;t=\d+, "day";r=996;t=\d+$/);
    expect(reply.body.extensions).toMatchObject({ cost: { charged: 3, minute: { limit: 60, remaining: 56 }, day: { limit: 1000, remaining: 996 } } });
    expect(reply.body.data!.rateLimit).toMatchObject({ charged: 3, minute: { limit: 60, remaining: 56 } });
  });

  it("admits exactly 60 of 100 concurrent requests on a free key", async () => {
    const { api_key } = await createOrganization({ tier: "free" });
    const replies = await Promise.all(Array.from({ length: 100 }, () => ask(api_key, CHEAP)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(60);
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(40);
  });

  it("of a batch is one charge: what fits runs, what does not fit runs in no part", async () => {
    const { api_key } = await createOrganization({ tier: "free" });
    expect(
      remaining(
        await askAll(
          api_key,
          Array.from({ length: 20 }, () => CHEAP),
        ),
      ),
    ).toBe(40);
    expect(remaining(await askAll(api_key, [DEAR, CHEAP, CHEAP]))).toBe(28);
    const refused = await askAll(api_key, [CHEAP, DEAR, DEAR, DEAR]);
    expect(refused.status).toBe(429);
    expect(refused.body.map((answer) => codes(answer))).toEqual([["RATE_LIMITED"], ["RATE_LIMITED"], ["RATE_LIMITED"], ["RATE_LIMITED"]]);
    const retry_after_s = Number(refused.headers.get("Retry-After"));
    expect(retry_after_s).toBeGreaterThan(0);
    expect(retry_after_s).toBeLessThanOrEqual(60);
    expect(refused.body[0]!.errors![0]!.extensions.details).toMatchObject({ retry_after_s, cost: 31, limit: 60, remaining: 28 });
    expect(remaining(refused)).toBe(28);
    expect(
      remaining(
        await askAll(
          api_key,
          Array.from({ length: 20 }, () => CHEAP),
        ),
      ),
    ).toBe(8);
  });

  it("admits of concurrent batches just those that fit", async () => {
    const { api_key } = await createOrganization({ tier: "free" });
    const batch = Array.from({ length: 7 }, () => CHEAP);
    const replies = await Promise.all(Array.from({ length: 15 }, () => askAll(api_key, batch)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(8);
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(7);
    expect(remaining(await ask(api_key, CHEAP))).toBe(3);
  });

  it("refuses a single operation with 429, in GraphQL's form", async () => {
    const { api_key } = await createOrganization({ tier: "enterprise", rate_limit: { per_minute: 5 } });
    for (let count = 0; count < 5; count++) await ask(api_key, CHEAP);
    for (const accept of ["application/json", "application/graphql-response+json"]) {
      const refused = await ask(api_key, CHEAP, { Accept: accept });
      expect([refused.status, codes(refused.body)]).toEqual([429, ["RATE_LIMITED"]]);
      expect(refused.headers.get("Content-Type")).toBe(`${accept}; charset=utf-8`);
      expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(0);
    }
  });

  it("says so when a request costs more than is ever admitted", async () => {
    const { api_key } = await createOrganization({ tier: "enterprise", rate_limit: { per_minute: 5 } });
    const refused = await ask(api_key, DEAR);
    expect([refused.status, refused.headers.get("Retry-After")]).toEqual([429, null]);
    expect(refused.body.errors![0]!.extensions.details).toEqual({ retry_after_s: null, cost: 10, limit: 5, remaining: 5 });
  });

  it("costs nothing for what is refused before it reaches the organization", async () => {
    const { api_key } = await createOrganization({ tier: "free" });
    for (const query of ["{", "{ nothing }", "{ products(first: 101) { id } }"]) await ask(api_key, query);
    expect(remaining(await ask(api_key, CHEAP))).toBe(59);
  });

  it("is the same figure in the usage report", async () => {
    const { api_key } = await createOrganization({ tier: "free" });
    await askAll(api_key, [CHEAP, DEAR]);
    const { body } = await ask<{ usage: { totals: { cost: number } } }>(api_key, "{ usage { totals { cost } } }");
    expect(body.data!.usage.totals.cost).toBe(11);
  });

  it("does not bound the operator", async () => {
    const reply = await ask(OPERATOR_TOKEN, "{ organizations(first: 1) { id } }");
    expect(reply.headers.has("RateLimit")).toBe(false);
    expect(reply.body.extensions).toEqual({ cost: { charged: 1, minute: null, day: null } });
  });
});
