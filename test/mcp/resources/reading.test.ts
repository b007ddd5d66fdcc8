import { beforeAll, describe, expect, it } from "vitest";
import { OPERATIONS_BY_NAME } from "../../../src/domain/registry.ts";
import { CONTENT_MAX_BYTES, toContent } from "../../../src/protocols/mcp/resources/content.ts";
import { RESOURCES } from "../../../src/protocols/mcp/resources/registry.ts";
import { send } from "../../support/api.ts";
import { Client, clientWith, createShop, daysAgo, type Params, type Shop } from "./support.ts";

let shop: Shop;
let other: Shop;
beforeAll(async () => {
  [shop, other] = await Promise.all([createShop(), createShop()]);
});

/** A template with its variables filled in from this shop. */
function uriOf(template: string, of: Shop = shop): string {
  const values: Record<string, string> = {
    product_id: of.products.tshirt,
    interaction_id: of.interaction_id,
    export_id: of.export_id,
    date_from: daysAgo(7),
    date_to: daysAgo(1),
  };
  return template.replaceAll(/\{(\w+)\}/g, (_match, name: string) => values[name]!);
}

const TEMPLATES = RESOURCES.map(({ uri }) => uri);

describe("every resource", () => {
  it.each(TEMPLATES)("%s is read as one content of the type that it was announced with", async (template) => {
    const resource = RESOURCES.find(({ uri }) => uri === template)!;
    const uri = uriOf(template);
    const { contents, _meta } = await shop.client.result("resources/read", { uri });
    expect(contents).toEqual([{ uri, mimeType: resource.mimeType, text: expect.any(String) }]);
    const { text } = contents[0]!;
    if (resource.mimeType === "application/json") expect(JSON.parse(text)).toBeTypeOf("object");
    else expect(text).toMatch(/^# \S.*\n/);
    expect(text).not.toMatch(/undefined|\[object|NaN/);
    expect(_meta["crow/rate_limit"].charged).toBe(resource.operations.reduce((sum, name) => sum + OPERATIONS_BY_NAME.get(name)!.cost, 0));
  });

  it.each(TEMPLATES)("%s is refused by name of the scope to a credential that lacks it", async (template) => {
    const { scopes } = RESOURCES.find(({ uri }) => uri === template)!;
    const stranger = await clientWith(shop.organization, ["usage:read"]);
    if (scopes.length === 0) {
      expect((await stranger.result("resources/read", { uri: uriOf(template) })).contents).toHaveLength(1);
      return;
    }
    const error = await stranger.error("resources/read", { uri: uriOf(template) });
    expect(error).toMatchObject({ code: -32_000, data: { code: "FORBIDDEN", details: { required_scope: scopes[0] } } });
  });

  it("is read with its own scopes alone", async () => {
    for (const { uri, scopes } of RESOURCES) {
      const client = await clientWith(shop.organization, scopes.length > 0 ? scopes : ["usage:read"]);
      expect((await client.result("resources/read", { uri: uriOf(uri) })).contents, uri).toHaveLength(1);
    }
  });
});

describe("what is not there", () => {
  const missing = [
    "crow://nothing",
    "crow://products",
    "crow://products/prd_01jd0000000000000000000000/more",
    "https://crow.example/organization",
    "file:///etc/passwd",
  ];

  it.each(missing)("%s is not found, as each revision has it", async (uri) => {
    expect(await shop.client.error("resources/read", { uri })).toMatchObject({
      code: -32_602,
      message: "Resource not found",
      data: { code: "NOT_FOUND", uri },
    });
    expect(await shop.client.error("resources/read", { uri }, { protocol_version: "2025-11-25" })).toMatchObject({ code: -32_002 });
  });

  it.each([
    "crow://products/{product_id}",
    "crow://products/{product_id}/story",
    "crow://exports/{export_id}",
    "crow://interactions/{interaction_id}",
  ])("%s of another organization looks like one that never was", async (template) => {
    const foreign = uriOf(template, other);
    expect((await other.client.result("resources/read", { uri: foreign })).contents).toHaveLength(1);
    const never = foreign.replace(/[0-9a-hjkmnp-tv-z]{6}(?=$|\/story)/, "000000");
    const [seen, unseen] = [await shop.client.error("resources/read", { uri: foreign }), await shop.client.error("resources/read", { uri: never })];
    const neutral = (error: unknown, uri: string): string => JSON.stringify(error).replaceAll(uri, "URI");
    expect(neutral(seen, foreign)).toBe(neutral(unseen, never));
    expect(seen.data.code).toBe("NOT_FOUND");
  });
});

const MALFORMED: [title: string, uri: unknown, field: string][] = [
  ["no URI", undefined, "uri"],
  ["no text", { crow: 1 }, "uri"],
  ["too long", `crow://products/${"a".repeat(600)}`, "uri"],
  ["an empty segment", "crow://products//story", "uri"],
  ["a slash at the end", "crow://organization/", "uri"],
  ["a dot segment", "crow://products/../organization", "uri"],
  ["an encoded dot segment", "crow://products/%2e%2E", "uri"],
  ["a query", "crow://organization?a=1", "uri"],
  ["a fragment", "crow://organization#a", "uri"],
  ["a percent sign alone", "crow://products/%", "uri"],
  ["half an encoding", "crow://products/%4", "uri"],
  ["bytes that are no UTF-8", "crow://products/%ff%fe", "uri"],
  ["a space", "crow://products/a b", "uri"],
  ["a product id that is none", "crow://products/exp_01jd0000000000000000000000", "product_id"],
  ["a product id in capitals", "crow://products/PRD_01JD0000000000000000000000", "product_id"],
  ["a slash inside of a segment", "crow://products/prd_01jd%2F", "product_id"],
  ["an export id that is none", "crow://exports/1", "export_id"],
  ["an interaction id that is none", "crow://interactions/int_", "interaction_id"],
  ["a day that no month has", "crow://insights/2026-02-30/2026-03-01", "date_from"],
  ["a date of another form", "crow://insights/2026-02-01/1.3.2026", "date_to"],
  ["a range that is reversed", "crow://insights/2026-03-02/2026-03-01", "date_from"],
  ["a range that is reversed, of a report", "crow://insights/2026-03-02/2026-03-01/changes", "date_from"],
  ["a range beyond what is kept", "crow://insights/1970-01-01/2020-01-01", "date_from"],
  ["a year beyond all", "crow://insights/9999-01-01/9999-01-02/data", "date_from"],
];

describe("a malformed URI", () => {
  it.each(MALFORMED)("%s: names the field", async (_title, uri, field) => {
    expect(await shop.client.error("resources/read", { uri })).toMatchObject({
      code: -32_602,
      data: { code: "VALIDATION_ERROR", details: { field } },
    });
  });

  it("may be encoded where it need not be", async () => {
    expect(await shop.client.read("crow://%6Frganization")).toBe(await shop.client.read("crow://organization"));
  });
});

describe("what resources say", () => {
  it("agrees with the same insights over REST", async () => {
    const [date_from, date_to] = [daysAgo(7), daysAgo(1)];
    const rest = await send<Params>("GET", `/api/v2/insights?date_from=${date_from}&date_to=${date_to}`, { key: shop.organization.api_key });
    const {
      computed_at: _read,
      insights: _findings,
      ...figures
    } = JSON.parse(await shop.client.read(`crow://insights/${date_from}/${date_to}/data`)) as Params;
    expect(figures.totals).toEqual(rest.body.totals);
    expect(figures.timeseries).toEqual(rest.body.timeseries);
    const report = await shop.client.read(`crow://insights/${date_from}/${date_to}`);
    expect(report).toContain("| orders | 7 | 7 | 0.0 % |");
    expect(report).toContain("| revenue | 139.93 EUR | 139.93 EUR | 0.0 % |");
    expect(report).toContain(`| T-shirt | ${shop.products.tshirt} | 7 | 7 | 7 | 7 | 139.93 EUR |`);
  });

  it("knows the last seven days without being told them", async () => {
    const withoutClock = (text: string): string => text.replace(/Read at \S+/, "");
    expect(withoutClock(await shop.client.read("crow://insights/latest"))).toBe(
      withoutClock(await shop.client.read(`crow://insights/${daysAgo(7)}/${daysAgo(1)}`)),
    );
  });

  it("finds what the catalog lacks, and what only customers know", async () => {
    const report = await shop.client.read("crow://catalog/quality");
    expect(report).toContain("All 2 products were checked.");
    expect(report).toContain("| no price | 1 |");
    expect(report).toContain("not in the catalog (external_id 9999)");
  });

  it("finds the events that are missing", async () => {
    const report = await shop.client.read(`crow://insights/${daysAgo(7)}/${daysAgo(1)}/tracking`);
    expect(report).toContain("**Missing for funnel, conversion or revenue: page_view, begin_checkout.**");
    expect(report).toContain("| view_item | 14 | 14 | 0.0 % | 0 of 7 |");
    expect(report).toContain("| has a transaction_id | 100.0 % |");
  });

  it("tells products' titles without letting them be Markdown", async () => {
    const report = await shop.client.read(`crow://products/${shop.products.mug}/story`);
    expect(report).toContain("# Mug \\| 'blue' (prd_");
    expect(await shop.client.read(`crow://insights/${daysAgo(7)}/${daysAgo(1)}`)).not.toContain("`");
  });

  it("lists the operations that the credential may run in the view that it has", async () => {
    const reader = await clientWith(shop.organization, ["products:read", "products:write"]);
    expect(await reader.read("crow://schema/operations")).toMatch(/\| products\.update \|/);
    expect(await reader.read("crow://schema/operations")).not.toContain("exports.create");
    const narrowed = await reader.result("resources/read", { uri: "crow://schema/operations" }, { view: { readonly: true, toolsets: null } });
    expect(narrowed.contents[0]!.text).not.toContain("products.update");
  });

  it("describes each event type that can be sent", async () => {
    const { event_types, json_schema } = JSON.parse(await shop.client.read("crow://schema/interactions")) as {
      event_types: { meaning: string }[];
      json_schema: Params;
    };
    expect(event_types.length).toBeGreaterThan(20);
    expect(event_types.every(({ meaning }) => meaning.length > 10)).toBe(true);
    expect(Object.keys(json_schema.properties as Params)).toContain("transaction_id");
  });
});

describe("a content that would be too large", () => {
  it("keeps its first lines where it is text, and says how to get the rest", () => {
    const report = Array.from({ length: 5_000 }, (_, line) => `line ${line} ${"ä".repeat(20)}`).join("\n");
    const { text } = toContent({ mimeType: "text/markdown", more: "Ask for less." }, "crow://x", report);
    expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(CONTENT_MAX_BYTES);
    const lines = text.trimEnd().split("\n");
    expect(lines.at(-1)).toContain("Ask for less.");
    expect(report.startsWith(lines.slice(0, -2).join("\n"))).toBe(true);
    expect(lines.length).toBeGreaterThan(1_000);
  });

  it("is bounded in bytes of UTF-8, whatever a product holds", async () => {
    const images = Array.from({ length: 20 }, (_, index) => `https://shop.example/${index}/${"ä".repeat(1_900)}`);
    const product = await send<{ id: string }>("POST", "/api/v2/products", {
      key: shop.organization.api_key,
      body: { title: "Long", description: "語".repeat(10_000), images },
    });
    expect(product.status).toBe(201);
    const text = await shop.client.read(`crow://products/${product.body.id}`);
    expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(CONTENT_MAX_BYTES);
    expect(JSON.parse(text)).toMatchObject({
      id: product.body.id,
      title: "Long",
      description: "語".repeat(10_000),
      shortened: { lists: [{ path: "images", total: 20 }], more: expect.stringContaining("products_get") },
    });
    await send("DELETE", `/api/v2/products/${product.body.id}`, { key: shop.organization.api_key, headers: { "If-Match": "*" } });
  });
});

describe("the sandbox", () => {
  it("has its own data under the same URIs", async () => {
    const { body } = await send<{ key: string }>("POST", "/api/v1/api-keys", {
      key: shop.organization.api_key,
      body: { name: "Test", environment: "test", scopes: ["organizations:read", "products:read"] },
    });
    const sandbox = new Client(body.key);
    expect(JSON.parse(await sandbox.read("crow://organization"))).toMatchObject({ name: "Resource shop", currency: "EUR" });
    expect((await sandbox.error("resources/read", { uri: `crow://products/${shop.products.tshirt}` })).data.code).toBe("NOT_FOUND");
  });
});
