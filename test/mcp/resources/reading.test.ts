import { beforeAll, describe, expect, it } from "vitest";
import { OPERATIONS_BY_NAME } from "../../../src/domain/registry.ts";
import { CONTENT_MAX_BYTES, toContent } from "../../../src/protocols/mcp/resources/content.ts";
import { RESOURCES } from "../../../src/protocols/mcp/resources/registry.ts";
import { send } from "../../support/api.ts";
import { Client, clientWith, createShop, daysAgo, uriOf, type Params, type Shop } from "./support.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await createShop();
});

const TEMPLATES = RESOURCES.map(({ uri }) => uri);

describe("every resource", () => {
  it.each(TEMPLATES)("%s is read as one content of the type that it was announced with", async (template) => {
    const resource = RESOURCES.find(({ uri }) => uri === template)!;
    const uri = uriOf(template, shop);
    const { contents, _meta } = await shop.client.result("resources/read", { uri });
    expect(contents).toEqual([{ uri, mimeType: resource.mimeType, text: expect.any(String) }]);
    const { text } = contents[0]!;
    if (resource.mimeType === "application/json") expect(JSON.parse(text)).toBeTypeOf("object");
    else expect(text).toMatch(/^# \S.*\n/);
    expect(text).not.toMatch(/undefined|\[object|NaN/);
    expect(_meta["crow/rate_limit"].charged).toBe(resource.operations.reduce((sum, name) => sum + OPERATIONS_BY_NAME.get(name)!.cost, 0));
  });

  it("says what it costs where that is more than 1, in its description", async () => {
    const { resources } = await shop.client.result("resources/list");
    const { resourceTemplates } = await shop.client.result("resources/templates/list");
    for (const { name, description } of [...resources.slice(0, 6), ...resourceTemplates]) {
      const cost = RESOURCES.find((resource) => resource.name === name)!.operations.reduce(
        (sum, each) => sum + OPERATIONS_BY_NAME.get(each)!.cost,
        0,
      );
      expect(/ Costs (\d+)\.$/.exec(String(description))?.[1], name).toBe(cost > 1 ? String(cost) : undefined);
    }
  });

  it.each(TEMPLATES)("%s is refused by name of the scope to a credential that lacks it", async (template) => {
    const { scopes } = RESOURCES.find(({ uri }) => uri === template)!;
    const stranger = await clientWith(shop.organization, ["usage:read"]);
    if (scopes.length === 0) {
      expect((await stranger.result("resources/read", { uri: uriOf(template, shop) })).contents).toHaveLength(1);
      return;
    }
    const error = await stranger.error("resources/read", { uri: uriOf(template, shop) });
    expect(error).toMatchObject({ code: -32_000, data: { code: "FORBIDDEN", details: { required_scope: scopes[0] } } });
  });

  it("is read with its own scopes alone", async () => {
    for (const { uri, scopes } of RESOURCES) {
      const client = await clientWith(shop.organization, scopes.length > 0 ? scopes : ["usage:read"]);
      expect((await client.result("resources/read", { uri: uriOf(uri, shop) })).contents, uri).toHaveLength(1);
    }
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

  it("takes the change in revenue apart, to the same parts as the operation", async () => {
    const changes = await shop.client.read(`crow://insights/${daysAgo(30)}/${daysAgo(8)}/changes`);
    const of = `date_from=${daysAgo(30)}&date_to=${daysAgo(8)}`;
    const rest = await send<{ findings: string[] }>("GET", `/api/v2/insights/changes?${of}`, { key: shop.organization.api_key });
    expect(rest.body.findings.length).toBeGreaterThan(1);
    for (const finding of rest.body.findings) expect(changes).toContain(`- ${finding}`);
    expect(changes).toMatch(/## What the change in revenue is made of\n\n\| factor .*\n.*\n\| sessions \| 28 \| 0 \|/);
    expect(changes).toContain("| T-shirt |");
    expect(changes).toContain("| new |");
  });

  it("says in a few words what each export takes", async () => {
    const { sources } = JSON.parse(await shop.client.read("crow://schema/exports")) as {
      sources: { resource: string; columns: string[]; filter: Params }[];
    };
    expect(sources.map(({ resource }) => resource)).toEqual(["interactions", "products", "insights"]);
    expect(sources[1]!.filter).toMatchObject({ status: "active or archived", brand: "Whole brand, in any case" });
    expect(Object.keys(sources[2]!.filter)).toEqual(["date_from", "date_to"]);
    for (const { columns, filter } of sources) {
      expect(columns.length).toBeGreaterThan(5);
      expect(Object.values(filter).every((words) => typeof words === "string" && words.length > 3)).toBe(true);
    }
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
    expect(report).toContain("- Missing for funnel, conversion or revenue: there were 0 of begin");
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
