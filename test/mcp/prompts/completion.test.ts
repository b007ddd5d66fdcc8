import { beforeAll, describe, expect, it } from "vitest";
import { PROMPTS } from "../../../src/protocols/mcp/prompts/registry.ts";
import { RESOURCE_TEMPLATES } from "../../../src/protocols/mcp/resources/registry.ts";
import { variablesOf } from "../../../src/protocols/mcp/resources/uri.ts";
import { createOrganization, send } from "../../support/api.ts";
import { Client, clientWith, createShop, daysAgo, type Result, type Shop } from "../resources/support.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await createShop();
});

const PRODUCT = { type: "ref/resource", uri: "crow://products/{product_id}" };
const INSIGHTS = { type: "ref/resource", uri: "crow://insights/{date_from}/{date_to}" };

async function complete(ref: unknown, name: string, value: string, given?: Record<string, string>, client = shop.client): Promise<Result> {
  return client.result("completion/complete", { ref, argument: { name, value }, ...(given ? { context: { arguments: given } } : {}) });
}

async function values(...asked: Parameters<typeof complete>): Promise<string[]> {
  return (await complete(...asked)).completion.values;
}

describe("completion of products", () => {
  it.each([
    ["nothing yet", "", ["mug", "tshirt"]],
    ["the beginning of ids", "prd_", ["mug", "tshirt"]],
    ["the beginning of a SKU", "tshirt", ["tshirt"]],
    ["the beginning of an external id", "100", ["mug"]],
    ["the beginning of a title", "mu", ["mug"]],
    ["a word of a title", "BLUE", ["mug"]],
    ["words of several fields", "apparel shirt", ["tshirt"]],
    ["what nothing has", "zzz", []],
    ["no word", "---", []],
    ["more words than are looked for", "a b c d e f g h i j", []],
  ] as const)("finds them by %s", async (_title, typed, expected) => {
    expect(await values(PRODUCT, "product_id", typed)).toEqual(expected.map((name) => shop.products[name]));
  });

  it("says that there are more than it looked at, and finds an old one by its words, for the cost of one list", async () => {
    const { api_key } = await createOrganization();
    const old = await send<{ id: string }>("POST", "/api/v2/products", { key: api_key, body: { title: "Old", sku: "OLD-1" } });
    const products = Array.from({ length: 120 }, (_, index) => ({ title: `New ${index}`, sku: `NEW-${index}` }));
    await send("POST", "/api/v2/products/batch", { key: api_key, body: { products } });
    const client = new Client(api_key);
    const { completion, _meta } = await complete(PRODUCT, "product_id", "", undefined, client);
    expect([completion.values.length, completion.hasMore, completion.total]).toEqual([100, true, undefined]);
    expect(_meta["crow/rate_limit"].charged).toBe(1);
    for (const typed of ["OLD-1", "old"]) {
      const found = await complete(PRODUCT, "product_id", typed, undefined, client);
      expect(found.completion).toEqual({ values: [old.body.id], total: 1, hasMore: false });
      expect(found._meta["crow/rate_limit"].charged).toBe(1);
    }
  });

  it("tells nothing to who may not see products", async () => {
    const client = await clientWith(shop.organization, ["insights:read"]);
    const asked = { ref: PRODUCT, argument: { name: "product_id", value: "" } };
    expect(await client.error("completion/complete", asked)).toMatchObject({
      data: { code: "FORBIDDEN", details: { required_scope: "products:read" } },
    });
  });
});

describe("completion of other ids", () => {
  it("knows exports and interactions", async () => {
    expect(await values({ type: "ref/resource", uri: "crow://exports/{export_id}" }, "export_id", "exp_")).toEqual([shop.export_id]);
    expect(
      await values({ type: "ref/resource", uri: "crow://interactions/{interaction_id}" }, "interaction_id", shop.interaction_id.slice(0, 12)),
    ).toContain(shop.interaction_id);
  });
});

describe("completion of dates", () => {
  it("offers yesterday, today and starts of weeks and months, for free", async () => {
    const { completion, _meta } = await complete(INSIGHTS, "date_from", "");
    expect(completion.values.slice(0, 2)).toEqual([daysAgo(1), daysAgo(0)]);
    expect(completion.values).toContain(`${daysAgo(0).slice(0, 8)}01`);
    expect(completion).toMatchObject({ total: completion.values.length, hasMore: false });
    expect(_meta["crow/rate_limit"].charged).toBe(0);
  });

  it("ends a range on or after its first day, and never after today", async () => {
    const days = await values(INSIGHTS, "date_to", "", { date_from: "2026-03-02" });
    expect(days.slice(0, 3)).toEqual(["2026-03-08", "2026-03-31", "2026-03-02"]);
    expect(days.every((day) => day >= "2026-03-02" && day <= daysAgo(0))).toBe(true);
  });

  it("begins a range on or before its last day", async () => {
    const days = await values(INSIGHTS, "date_from", "", { date_to: "2026-03-08" });
    expect(days.slice(0, 3)).toEqual(["2026-03-02", "2026-03-01", "2026-02-07"]);
    expect(days.every((day) => day <= "2026-03-08")).toBe(true);
  });

  it("keeps to what was typed, and passes over a first day that is none", async () => {
    expect((await values(INSIGHTS, "date_to", daysAgo(1).slice(0, 7))).every((day) => day.startsWith(daysAgo(1).slice(0, 7)))).toBe(true);
    expect((await values(INSIGHTS, "date_to", "", { date_from: "soon" })).length).toBeGreaterThan(5);
  });

  it("offers days alone, wherever the other end is", async () => {
    for (const date_to of ["0000-01-02", "1970-01-01", "9999-12-31"]) {
      for (const day of await values(INSIGHTS, "date_from", "", { date_to })) expect(day).toMatch(/^\d{4}-\d\d-\d\d$/);
    }
  });

  it("is in the organization's time zone", async () => {
    const today = (time_zone: string): string => new Intl.DateTimeFormat("en-CA", { timeZone: time_zone }).format();
    for (const time_zone of ["Pacific/Kiritimati", "Pacific/Pago_Pago"]) {
      const { api_key } = await createOrganization({ time_zone });
      expect((await values({ type: "ref/prompt", name: "weekly_report" }, "week_of", "", undefined, new Client(api_key)))[0]).toBe(today(time_zone));
    }
  });
});

describe("completion of choices", () => {
  it("ranks what begins with the text before what has it inside", async () => {
    expect(await values({ type: "ref/prompt", name: "what_changed" }, "metric", "R")).toEqual([
      "revenue",
      "interactions",
      "visitors",
      "orders",
      "average_order_value",
      "conversion_rate",
      "cart_abandonment_rate",
    ]);
    expect(await values({ type: "ref/prompt", name: "export_planning" }, "format", "pa")).toEqual(["parquet"]);
    expect(await values({ type: "ref/prompt", name: "catalog_cleanup" }, "category", "app")).toEqual(["apparel"]);
  });

  it("offers nothing for a person's own words", async () => {
    expect((await complete({ type: "ref/prompt", name: "export_planning" }, "goal", "load")).completion).toEqual({
      values: [],
      total: 0,
      hasMore: false,
    });
  });
});

describe("every argument and variable", () => {
  const asked = [
    ...PROMPTS.flatMap((prompt) => prompt.arguments.map(({ name }) => [{ type: "ref/prompt", name: prompt.name }, name] as const)),
    ...RESOURCE_TEMPLATES.flatMap(({ uri }) => variablesOf(uri).map((name) => [{ type: "ref/resource", uri }, name] as const)),
  ];
  it.each(asked)("%j %s can be completed", async (ref, name) => {
    const { completion } = await complete(ref, name, "");
    expect(completion.values.length).toBeLessThanOrEqual(100);
    if (name !== "goal") expect(completion.values.length).toBeGreaterThan(0);
  });
});

describe("a request for completion that is not in order", () => {
  const argument = { name: "product_id", value: "" };
  it.each([
    ["no reference", { argument }],
    ["a reference of another kind", { ref: { type: "ref/tool", name: "x" }, argument }],
    ["a prompt that there is not", { ref: { type: "ref/prompt", name: "nothing" }, argument }],
    ["a template that there is not", { ref: { type: "ref/resource", uri: "crow://nothing/{id}" }, argument }],
    ["an argument that there is not", { ref: PRODUCT, argument: { name: "id", value: "" } }],
    ["a fixed resource", { ref: { type: "ref/resource", uri: "crow://organization" }, argument }],
    ["no argument", { ref: PRODUCT }],
    ["no value", { ref: PRODUCT, argument: { name: "product_id" } }],
    ["a value too long", { ref: PRODUCT, argument: { name: "product_id", value: "x".repeat(501) } }],
    ["a context that is none", { ref: PRODUCT, argument, context: { arguments: [] } }],
    ["a context of other than text", { ref: PRODUCT, argument, context: { arguments: { date_from: 1 } } }],
  ])("%s is refused", async (_title, params) => {
    expect(await shop.client.error("completion/complete", params)).toMatchObject({ code: -32_602, data: { code: expect.any(String) } });
  });
});
