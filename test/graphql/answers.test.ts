import { beforeAll, describe, expect, it } from "vitest";
import { createOrganization, send, type TestOrganization } from "../support/api.ts";

interface Answer {
  data: Record<string, unknown> | null;
  errors?: { message: string; extensions: { code: string; details: Record<string, unknown> } }[];
  extensions: { cost: { charged: number }; idempotencyReplayed?: string[] };
}

let shop: TestOrganization;
beforeAll(async () => {
  shop = await createOrganization();
});

async function ask<Body = Answer>(body: unknown, key = shop.api_key): Promise<Body> {
  return (await send<Body>("POST", "/graphql", { key, body })).body;
}

describe("an answer", () => {
  it("says which changes were made earlier under the same key", async () => {
    const query = `mutation { first: createProduct(input: {title: "A"}, idempotencyKey: "again") { id } other: createProduct(input: {title: "B"}) { id } }`;
    const [made, again] = [await ask({ query }), await ask({ query })];
    expect(made.extensions.idempotencyReplayed).toBeUndefined();
    expect(again.extensions.idempotencyReplayed).toEqual(["first"]);
  });

  it("says what its own operation cost, in a batch too", async () => {
    const batch = await ask<Answer[]>([{ query: "{ products(first: 1) { id } }" }, { query: "{ insights { coverage { complete } } }" }]);
    expect(batch.map(({ extensions }) => extensions.cost.charged)).toEqual([1, 2]);
  });

  it("counts all rows of a connection when it is asked to, by the filter and not by the page", async () => {
    const { api_key } = await createOrganization();
    for (const title of ["One", "Two", "Three"])
      await send("POST", "/api/v2/products", { key: api_key, body: { title, brand: title === "Two" ? "b" : "a" } });
    await send("POST", "/api/v2/interactions", {
      key: api_key,
      body: { interactions: [{ type: "page_view", visitor_id: "v" }, { type: "search" }] },
    });
    const query = `{ all: productsConnection(first: 1) { totalCount nodes { title } } some: productsConnection(first: 1, filter: {brand: ["a"]}) { totalCount }
      interactionsConnection(first: 1, filter: {visitorId: "v"}) { totalCount } }`;
    const { data } = await ask({ query }, api_key);
    expect(data).toMatchObject({ all: { totalCount: 3, nodes: [{}] }, some: { totalCount: 2 }, interactionsConnection: { totalCount: 1 } });
  });

  it("refuses null for a field that cannot be cleared, and changes nothing", async () => {
    const created = await ask({ query: `mutation { createProduct(input: {title: "Kept", brand: "b"}) { id version } }` });
    const { id } = created.data!.createProduct as { id: string };
    const update = (input: string): Promise<Answer> =>
      ask({ query: `mutation { updateProduct(id: "${id}", input: ${input}) { title brand version } }` });
    const refused = await update("{title: null}");
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: "VALIDATION_ERROR", details: { field: "input.title" } });
    expect((await update("{brand: null}")).data).toEqual({ updateProduct: { title: "Kept", brand: null, version: 2 } });
  });

  it("names a source of interactions by the same enumeration everywhere", async () => {
    const { api_key } = await createOrganization();
    await send("POST", "/api/v2/interactions", { key: api_key, body: { type: "page_view", visitor_id: "v", source_type: "social" } });
    const query =
      "{ interactions { sourceType } insights { bySource { sourceType } } comparisonInsight { bySource { sourceType } } cartAbandonmentInsight { bySource { sourceType } } }";
    const { data, errors } = await ask({ query }, api_key);
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      interactions: [{ sourceType: "SOCIAL" }],
      insights: { bySource: [{ sourceType: "SOCIAL" }] },
      comparisonInsight: { bySource: [{ sourceType: "SOCIAL" }] },
    });
  });
});

describe("a refusal", () => {
  it("for lack of budget says what the operation costs and what remains", async () => {
    const { api_key } = await createOrganization({ tier: "free" });
    const { errors } = await ask(
      {
        query: "{ products(first: 100) { recentInteractions(first: 10) { products { insights { views } } } } }",
      },
      api_key,
    );
    expect(errors?.[0]?.extensions).toMatchObject({ code: "RATE_LIMITED", details: { retry_after_s: null, limit: 60, remaining: 60 } });
    expect(errors?.[0]?.extensions.details.cost).toBeGreaterThan(60);
  });

  it("of an export's filter names what there is", async () => {
    const { errors } = await ask({
      query: `mutation { triggerExport(config: {resource: INTERACTIONS, format: CSV, filter: {dateFrom: "2019-10-01"}}) { id } }`,
    });
    expect(errors?.[0]?.extensions.details).toMatchObject({ field: "config.filter.dateFrom", expected: expect.stringContaining("date_from") });
  });

  it("of a text that is too short says so in words", async () => {
    const { errors } = await ask({ query: `mutation { createProduct(input: {title: ""}) { id } }` });
    expect(errors?.[0]?.extensions.details).toEqual({ field: "input.title", expected: "at least 1 character" });
  });
});

describe("the usage report", () => {
  it("gives each operation of a document its own cost, and what lies below them apart; together it is what the bucket lost", async () => {
    const { api_key } = await createOrganization({ tier: "starter" });
    const asked = await ask(
      { query: "{ products(first: 50) { insights { views } } insights { range { days } } rateLimit { minute { remaining } } }" },
      api_key,
    );
    const { body } = await send<{ usage: { operation: string; cost: number; calls: number }[]; totals: { cost: number } }>("GET", "/api/v2/usage", {
      key: api_key,
    });
    const costs = Object.fromEntries(body.usage.filter(({ operation }) => operation !== "usage.get").map(({ operation, cost }) => [operation, cost]));
    expect(costs).toEqual({ "products.list": 1, "insights.summary": 2, graphql: asked.extensions.cost.charged - 3 });
    expect(asked.extensions.cost.charged).toBeGreaterThan(3);
  });
});
