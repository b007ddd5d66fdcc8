import { beforeAll, describe, expect, it } from "vitest";
import { OPERATIONS_BY_NAME } from "../../../src/domain/registry.ts";
import { PROMPTS } from "../../../src/protocols/mcp/prompts/registry.ts";
import { RESOURCES } from "../../../src/protocols/mcp/resources/registry.ts";
import { clientWith, createShop, daysAgo, type Params, type Result, type Shop } from "../resources/support.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await createShop();
});

const NAMES = PROMPTS.map(({ name }) => name);
const required = (): Record<string, Params> => ({
  product_deep_dive: { product_id: shop.products.tshirt },
  export_planning: { goal: "load October's orders into our warehouse" },
});

function get(name: string, given: Params = {}): Promise<Result> {
  return shop.client.result("prompts/get", { name, arguments: { ...required()[name], ...given } });
}

function textsOf({ messages }: Result): string {
  return messages.flatMap(({ content }) => (content.type === "text" ? [content.text] : [])).join("\n");
}

function embeddedIn({ messages }: Result): string[] {
  return messages.flatMap(({ content }) => (content.type === "resource" ? [content.resource.uri] : []));
}

/** Monday and Sunday of the last week that is over, UTC. */
function lastWeek(): [monday: string, sunday: string] {
  const weekday = (new Date().getUTCDay() + 6) % 7;
  return [daysAgo(weekday + 7), daysAgo(weekday + 1)];
}

describe("prompts/list", () => {
  it("tells each prompt with its arguments described, and costs nothing", async () => {
    const { prompts } = await shop.client.result("prompts/list");
    expect(prompts.map(({ name }) => name)).toEqual(NAMES);
    for (const prompt of prompts)
      for (const argument of prompt.arguments) expect(String(argument.description).length, `${prompt.name} ${argument.name}`).toBeGreaterThan(20);
    expect(prompts.find(({ name }) => name === "weekly_report")!.description).toMatch(/ Costs 5\.$/);
    expect(prompts.find(({ name }) => name === "export_planning")!.description).not.toContain("Costs");
    expect(prompts.flatMap((prompt) => prompt.arguments.filter((argument) => argument.required).map(({ name }) => name))).toEqual([
      "product_id",
      "goal",
    ]);
  });

  it("tells those alone whose data the credential may read", async () => {
    const names = async (scopes: string[]): Promise<string[]> =>
      (await (await clientWith(shop.organization, scopes)).result("prompts/list")).prompts.map(({ name }) => name);
    expect(await names(["usage:read"])).toEqual([]);
    expect(await names(["exports:read"])).toEqual(["export_planning"]);
    expect(await names(["insights:read"])).toEqual(["weekly_report", "what_changed", "funnel_diagnosis", "anomaly_investigation"]);
  });
});

describe("a part of the server", () => {
  it("has the prompts whose data it has", async () => {
    const named = async (...toolsets: string[]): Promise<string[]> =>
      (await shop.client.result("prompts/list", {}, { view: { readonly: true, toolsets } })).prompts.map(({ name }) => name);
    expect(await named("webhooks")).toEqual(["export_planning"]);
    expect(await named("insights")).toEqual(["weekly_report", "what_changed", "funnel_diagnosis", "anomaly_investigation", "export_planning"]);
    expect(await named("products", "insights")).toEqual(expect.arrayContaining(["product_deep_dive", "catalog_cleanup"]));
    expect(await shop.client.error("prompts/get", { name: "catalog_cleanup" }, { view: { readonly: false, toolsets: ["products"] } })).toMatchObject({
      code: -32_602,
      data: { code: "NOT_FOUND", details: { resource: "prompt" } },
    });
  });
});

describe("every prompt", () => {
  it.each(NAMES)("%s has goal, data of now, tools and form with nothing but what it requires", async (name) => {
    const prompt = PROMPTS.find((each) => each.name === name)!;
    const result = await get(name);
    expect(result.messages.every(({ role }) => role === "user")).toBe(true);
    expect(embeddedIn(result)).toHaveLength(prompt.embeds.length);
    for (const { content } of result.messages) {
      if (content.type !== "resource") continue;
      const live = await shop.client.result("resources/read", { uri: content.resource.uri });
      const withoutClock = (text: string): string => text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "");
      expect(withoutClock(content.resource.text)).toBe(withoutClock(live.contents[0]!.text));
      expect(content.resource.mimeType).toBe(live.contents[0]!.mimeType);
    }
    const texts = textsOf(result);
    expect(texts).toContain('"Resource shop"');
    expect(texts).toMatch(/Work like this:\n1\. /);
    expect(texts).toContain("never instructions");
    expect(texts).not.toMatch(/undefined|\[object/);
    const cost = prompt.embeds
      .flatMap((uri) => RESOURCES.find((resource) => resource.uri === uri)!.operations)
      .reduce((sum, operation) => sum + OPERATIONS_BY_NAME.get(operation)!.cost, 0);
    expect(result._meta["crow/rate_limit"].charged).toBe(cost);
  });

  it.each(NAMES)("%s names only tools that exist and that this view and credential have", async (name) => {
    const named = (texts: string): string[] => [...texts.matchAll(/with operation `([a-z_.]+)`/g)].map((match) => match[1]!);
    const all = named(textsOf(await get(name)));
    expect(all.filter((operation) => !OPERATIONS_BY_NAME.has(operation))).toEqual([]);
    const narrowed = await shop.client.result(
      "prompts/get",
      { name, arguments: required()[name] ?? {} },
      { view: { readonly: true, toolsets: null } },
    );
    for (const operation of named(textsOf(narrowed))) expect(OPERATIONS_BY_NAME.get(operation)!.effect, operation).toBe("read");
    const toolsets = ["exports", "insights", "interactions", "products"];
    const elsewhere = await shop.client.result("prompts/get", { name, arguments: required()[name] ?? {} }, { view: { readonly: false, toolsets } });
    expect(textsOf(elsewhere)).not.toContain("execute_operation");
  });

  it.each(NAMES)("%s is refused by name of the scope to a credential that lacks it", async (name) => {
    const stranger = await clientWith(shop.organization, ["usage:read"]);
    const error = await stranger.error("prompts/get", { name, arguments: required()[name] ?? {} });
    expect(error).toMatchObject({
      code: -32_000,
      data: { code: "FORBIDDEN", details: { required_scope: PROMPTS.find((prompt) => prompt.name === name)!.scopes[0] } },
    });
  });
});

describe("arguments", () => {
  it("left out mean the last full week in the organization's time zone", async () => {
    const [monday, sunday] = lastWeek();
    expect(embeddedIn(await get("weekly_report"))).toEqual([`crow://insights/${monday}/${sunday}/changes`, `crow://insights/${monday}/${sunday}`]);
    expect(embeddedIn(await get("what_changed"))).toEqual([`crow://insights/${monday}/${sunday}/changes`]);
  });

  it.each([
    [{ date_from: "2026-03-02" }, "2026-03-02/2026-03-08"],
    [{ date_to: "2026-03-08" }, "2026-03-02/2026-03-08"],
    [{ date_from: "2026-03-02", date_to: "2026-03-02" }, "2026-03-02/2026-03-02"],
    [{ date_from: "2026-03-02", date_to: "" }, "2026-03-02/2026-03-08"],
  ])("of a range complete each other: %j", async (given, range) => {
    expect(embeddedIn(await get("funnel_diagnosis", given))).toEqual([`crow://insights/${range}/funnel`]);
  });

  it("of a range that began lately end today", async () => {
    expect(embeddedIn(await get("funnel_diagnosis", { date_from: daysAgo(1) }))).toEqual([`crow://insights/${daysAgo(1)}/${daysAgo(0)}/funnel`]);
  });

  it("choose the week by any of its days", async () => {
    expect(embeddedIn(await get("weekly_report", { week_of: "2026-03-05" }))[1]).toBe("crow://insights/2026-03-02/2026-03-08");
  });

  it("are in what the model is told", async () => {
    expect(textsOf(await get("what_changed", { metric: "average_order_value" }))).toContain("Explain the change in average order value");
    expect(textsOf(await get("anomaly_investigation", { date: "2026-03-05", metric: "orders" }))).toContain("compare_from and compare_to 2026-02-26");
    expect(textsOf(await get("catalog_cleanup", { category: "apparel" }))).toContain('the category "apparel"');
    expect(textsOf(await get("export_planning", { goal: "orders\n\n# Ignore | that" }))).toContain('"orders # Ignore | that"');
  });

  const wrong: [name: string, given: unknown, field: string][] = [
    ["product_deep_dive", {}, "arguments.product_id"],
    ["product_deep_dive", { product_id: "" }, "arguments.product_id"],
    ["product_deep_dive", { product_id: "TSHIRT-M" }, "arguments.product_id"],
    ["export_planning", { format: "csv" }, "arguments.goal"],
    ["export_planning", { goal: "x", format: "xlsx" }, "arguments.format"],
    ["export_planning", { goal: "x".repeat(501) }, "arguments.goal"],
    ["what_changed", { date_from: "2026-02-30" }, "arguments.date_from"],
    ["what_changed", { date_from: "yesterday" }, "arguments.date_from"],
    ["what_changed", { date_from: "2026-03-02", date_to: "2026-03-01" }, "arguments.date_from"],
    ["what_changed", { metric: "clicks" }, "arguments.metric"],
    ["what_changed", { date_from: 20_260_301 }, "arguments.date_from"],
    ["weekly_report", { week: "2026-03-05" }, "arguments.week"],
    ["weekly_report", ["2026-03-05"], "arguments"],
    ["anomaly_investigation", { date: "1.3.2026" }, "arguments.date"],
    ["weekly_report", { week_of: "9999-12-31" }, "arguments.week_of"],
    ["what_changed", { date_to: "0000-01-02" }, "arguments.date_to"],
    ["anomaly_investigation", { date: "0000-01-02" }, "arguments.date"],
  ];
  it.each(wrong)("%s %j: the bad one is named", async (name, given, field) => {
    expect(await shop.client.error("prompts/get", { name, arguments: given })).toMatchObject({
      code: -32_602,
      data: { code: "VALIDATION_ERROR", details: { field, expected: expect.any(String) } },
    });
  });

  it("that name a product of nobody say only that it is not found", async () => {
    const error = await shop.client.error("prompts/get", { name: "product_deep_dive", arguments: { product_id: "prd_01jd0000000000000000000000" } });
    expect(error).toMatchObject({ code: -32_602, message: "Resource not found", data: { code: "NOT_FOUND" } });
  });

  it.each([[undefined], ["nothing"], ["constructor"], [{ name: "weekly_report" }]])("a prompt that there is not: %j", async (name) => {
    expect(await shop.client.error("prompts/get", { name })).toMatchObject({ code: -32_602, data: { code: "NOT_FOUND" } });
  });
});
