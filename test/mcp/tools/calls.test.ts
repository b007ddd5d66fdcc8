import { beforeAll, describe, expect, it } from "vitest";
import { createOrganization, send } from "../../support/api.ts";
import { keyWith, newKey, openSession } from "../http/support.ts";
import { bytesOf, RESULT_MAX_BYTES } from "../../../src/protocols/mcp/shorten.ts";
import { callTool } from "./support.ts";

let key: string;
beforeAll(async () => {
  key = await newKey();
});

const create = (input: Record<string, unknown>, of = key) => callTool("products_create", input, { key: of });

describe("a call", () => {
  it("answers the operation's own output, a text of it and a link to what can be followed", async () => {
    const { value, text, content } = await create({ title: "Shoe", price: { amount: 4995, currency: "EUR" } });
    expect(value).toMatchObject({ title: "Shoe", price: { amount: 4995, currency: "EUR" }, version: 1 });
    expect(text).toContain("- price: 49.95 EUR");
    expect(content[1]).toMatchObject({ type: "resource_link", uri: `crow://products/${String(value.id)}` });
  });

  it("clients of revisions without links get them in words", async () => {
    const session = await openSession(key, "2025-03-26");
    const { body } = await session.request("tools/call", { name: "products_create", arguments: { title: "Old" } });
    const content = body.result?.content as { type: string }[];
    expect(content.map(({ type }) => type)).toEqual(["text", "text"]);
  });

  it("answers of figures begin with today, the time zone, the last full week and the currency", async () => {
    const { text } = await callTool("insights_summary", {}, { key });
    expect(text).toMatch(/^Today is \d{4}-\d\d-\d\d in \S+; the last full week was \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d; figures are in [A-Z]{3}\.\n/);
    expect((await callTool("products_list", {}, { key })).text).not.toContain("Today is");
  });

  it("says what it cost and what is left", async () => {
    const { api_key } = await createOrganization({ tier: "free" });
    const { meta } = await callTool("products_list", {}, { key: api_key });
    expect(meta["crow/rate_limit"]).toMatchObject({ charged: 1, minute: { limit: 60, remaining: 59 }, day: { limit: 1_000, remaining: 999 } });
    const failed = await callTool("products_get", { product_id: "nonsense" }, { key: api_key });
    expect(failed.meta["crow/rate_limit"]).toMatchObject({ charged: 1, minute: { remaining: 58 } });
  });

  it("costs what the operation costs, by whatever tool", async () => {
    const charged = async (name: string, given: unknown) =>
      ((await callTool(name, given, { key })).meta["crow/rate_limit"] as { charged: number }).charged;
    expect(await charged("insights_summary", {})).toBe(2);
    expect(await charged("execute_operation", { operation: "insights.summary" })).toBe(2);
    expect(await charged("execute_operation", { operation: "products.batch_upsert", input: { products: [{ title: "a", sku: "a" }] } })).toBe(10);
    expect(await charged("search_operations", { query: "webhooks" })).toBe(1);
  });

  it("beyond the limit is told in the result, where the model sees it", async () => {
    const { api_key } = await createOrganization({ tier: "free" });
    for (let call = 0; call < 60; call++) await send("GET", "/api/v2/products", { key: api_key });
    const { failure, text, status } = await callTool("products_list", {}, { key: api_key });
    expect(status).toBe(200);
    expect(failure).toMatchObject({ code: "RATE_LIMITED", details: { retry_after_s: expect.any(Number) as number } });
    expect(text).toContain("Wait");
  });
});

describe("a tool that there is not", () => {
  it.each(["nope", "products_nope", "organizations_create", "signing_keys_rotate", "account_recovery_create", "__proto__", "x".repeat(5_000)])(
    "%s: is an error of the protocol, with nothing of it echoed at length",
    async (name) => {
      const { error } = await callTool(name, {}, { key });
      expect(error?.code).toBe(-32_602);
      expect(error?.message).toMatch(/^Unknown tool: /);
      expect(error!.message.length).toBeLessThan(250);
    },
  );

  it("a tool of another view is the same as none", async () => {
    for (const [name, path] of [
      ["products_create", "/mcp/readonly"],
      ["products_list", "/mcp/x/insights"],
      ["search_operations", "/mcp/x/insights"],
      ["execute_operation", "/mcp/x/insights"],
      ["insights_timeseries", "/mcp/x/products/readonly"],
    ] as const) {
      const { error } = await callTool(name, {}, { key, path });
      expect(error).toMatchObject({ code: -32_602, message: expect.stringMatching(new RegExp(`^Unknown tool: ${name}\\.`)) });
    }
  });

  it("a view's header narrows as its URL does, and a call is not run", async () => {
    const { error } = await callTool("products_create", { title: "No" }, { key, path: "/mcp/readonly" });
    expect(error?.code).toBe(-32_602);
    const { value } = await callTool("products_list", {}, { key, path: "/mcp/readonly" });
    expect((value.data as { title: string }[]).map(({ title }) => title)).not.toContain("No");
  });

  it.each([
    [{}, "name"],
    [{ name: 7 }, "name"],
    [{ name: "products_list", arguments: [] }, "arguments"],
    [{ name: "products_list", arguments: "x" }, "arguments"],
  ])("%j: is refused, with the field", async (params, field) => {
    const session = await openSession(key);
    const { body } = await session.request("tools/call", params);
    expect(body.error).toMatchObject({ code: -32_602 });
    expect(body.error?.data?.details?.field ?? field).toBe(field);
  });
});

describe("an error", () => {
  it("names the field, what it takes, and what was probably meant", async () => {
    const misspelled = await callTool("products_list", { filter: { categry: "x" } }, { key });
    expect(misspelled.failure).toMatchObject({ code: "VALIDATION_ERROR", details: { field: "filter.categry" } });
    expect(misspelled.text).toContain("Did you mean `filter.category`?");
    expect(misspelled.text).toContain("filter.sku");
    const value = await callTool("insights_timeseries", { metric: "revenu" }, { key });
    expect(value.text).toContain('Did you mean "revenue"?');
    const argument = await callTool("products_get", { productid: "prd_01jd0000000000000000000000" }, { key });
    expect(argument.is_error).toBe(true);
    const column = await callTool("exports_create", { resource: "products", format: "csv", fields: ["titel"] }, { key });
    expect(column.text).toContain('Did you mean "title"?');
  });

  it("tells every field that is wrong", async () => {
    const { text } = await create({ title: "", price: { amount: -1, currency: "x" } });
    for (const field of ["title", "price.amount", "price.currency"]) expect(text).toContain(`\`${field}\``);
  });

  it("of a missing thing says the next step, and nothing of whether it is elsewhere", async () => {
    const other = await newKey();
    const { value } = await create({ title: "Foreign" }, other);
    const foreign = await callTool("products_get", { product_id: value.id }, { key });
    const missing = await callTool("products_get", { product_id: "prd_01jd0000000000000000000000" }, { key });
    expect(foreign.failure?.code).toBe("NOT_FOUND");
    expect(foreign.text.replaceAll(String(value.id), "ID")).toBe(missing.text.replaceAll("prd_01jd0000000000000000000000", "ID"));
    expect(missing.text).toContain("list or look the thing up");
  });

  it("a scope that a key lacks is the model's to know", async () => {
    const reader = await keyWith(key, ["products:read"]);
    const { status, failure, text } = await callTool("products_create", { title: "No" }, { key: reader });
    expect(status).toBe(200);
    expect(failure).toMatchObject({ code: "FORBIDDEN", details: { required_scope: "products:write" } });
    expect(text).toContain("products:write");
  });

  it.each([
    [{ product_id: "prd_01jd0000000000000000000000", expected_version: "1" }, "expected_version"],
    [{ product_id: "prd_01jd0000000000000000000000", expected_version: 1.5 }, "expected_version"],
  ])("%j: a control that is none is refused", async (given, field) => {
    expect((await callTool("products_delete", given, { key })).failure).toMatchObject({ code: "VALIDATION_ERROR", details: { field } });
  });

  it.each([
    ["products_get", {}, /`product_id` is missing: .*prd_…, from products_list\./],
    ["products_get", { product_id: 7 }, /`product_id`: expected .*from products_list/],
    ["products_list", { limit: "many" }, /`limit`: expected number\./],
    ["products_create", { title: "A", price: 19.99 }, /`price`: \{"amount": 1999, "currency": "USD"\}: the amount in whole minor units/],
    ["products_create", { title: "A", price: { amount: 19.99, currency: "EUR" } }, /Money is \{"amount": 1999/],
    ["insights_summary", { date_from: "2026-02-30" }, /`date_from`: a day that exists, YYYY-MM-DD; today is \d{4}-\d\d-\d\d\./],
    ["interactions_list", { filter: { type: "purchse" } }, /Did you mean "purchase"\?/],
  ])("%s %j: says how to put it right", async (name, given, said) => {
    const { text } = await callTool(name, given, { key });
    expect(text).toMatch(said);
    expect(text).not.toContain("(required)");
  });

  it("of a missing scope names it, and of a changed thing its present version", async () => {
    const { value } = await create({ title: "Lamp" });
    const stale = await callTool("products_update", { product_id: value.id, title: "Lamp 2", expected_version: 9 }, { key });
    expect(stale.text).toContain("with its present version, 1, as `expected_version`");
    const reader = await keyWith(key, ["products:read"]);
    const { text } = await callTool("execute_operation", { operation: "webhooks.list" }, { key: reader });
    expect(text).toContain("Tell the person that their credential needs the scope webhooks:read.");
  });

  it("of a tool that there is not says what was meant, and how to find the others", async () => {
    const { error } = await callTool("insights_change", {}, { key });
    expect(error?.message).toBe("Unknown tool: insights_change. Did you mean insights_changes? search_operations finds what is no tool of its own.");
    const { error: narrow } = await callTool("insights_change", {}, { key, path: "/mcp/x/webhooks" });
    expect(narrow?.message).toBe("Unknown tool: insights_change.");
  });

  it("is no longer than an answer, whatever was sent", async () => {
    const interactions = Array.from({ length: 1_000 }, () => ({ type: "nope", foo: "x" }));
    const { is_error, value, text } = await callTool("execute_operation", { operation: "interactions.ingest", input: { interactions } }, { key });
    expect(is_error).toBe(true);
    expect(bytesOf(value)).toBeLessThanOrEqual(RESULT_MAX_BYTES);
    expect(text).toMatch(/`details\.results` has \d+ of 1000\./);
  });
});

describe("how much is answered", () => {
  it("a list has twenty rows unless more are asked for, and goes on where it ended", async () => {
    const { api_key } = await createOrganization();
    await callTool(
      "execute_operation",
      {
        operation: "products.batch_upsert",
        input: { products: Array.from({ length: 45 }, (_, index) => ({ sku: `s${index}`, title: `Product ${index}` })) },
      },
      { key: api_key },
    );
    const seen: string[] = [];
    let cursor: unknown;
    do {
      const { value, text } = await callTool("products_list", cursor === undefined ? {} : { cursor }, { key: api_key });
      const rows = value.data as { sku: string }[];
      expect(rows.length).toBeLessThanOrEqual(20);
      seen.push(...rows.map(({ sku }) => sku));
      cursor = value.next_cursor ?? undefined;
      if (cursor !== undefined) expect(text).toContain(`More: call again with \`cursor\`: ${cursor as string}`);
    } while (cursor !== undefined);
    expect(seen.length).toBe(45);
    expect(new Set(seen).size).toBe(45);
  });

  it("rows that are too long come fewer at a time, and none is lost", async () => {
    const { api_key } = await createOrganization();
    const products = Array.from({ length: 30 }, (_, index) => ({ sku: `s${index}`, title: `Product ${index}`, description: "ü".repeat(4_000) }));
    await callTool("execute_operation", { operation: "products.batch_upsert", input: { products } }, { key: api_key });
    const seen: string[] = [];
    let cursor: unknown;
    do {
      const given = { limit: 100, ...(cursor === undefined ? {} : { cursor }) };
      const { value, text, meta } = await callTool("products_list", given, { key: api_key });
      expect(bytesOf(value)).toBeLessThanOrEqual(RESULT_MAX_BYTES);
      const rows = value.data as { sku: string }[];
      if (seen.length === 0) {
        expect(meta["crow/truncated"]).toEqual([{ path: "data", shown: rows.length, total: 100 }]);
        expect(text).toContain(`${rows.length} of 100 asked`);
      }
      seen.push(...rows.map(({ sku }) => sku));
      cursor = value.next_cursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen.length).toBe(30);
    expect(new Set(seen).size).toBe(30);
  });

  it("an answer without pages keeps the newest of a course of time and says how to get the rest", async () => {
    const { value, meta, text } = await callTool(
      "insights_timeseries",
      { date_from: "2019-01-01", date_to: "2019-12-31", interval: "hour" },
      { key },
    );
    expect(bytesOf(value)).toBeLessThanOrEqual(RESULT_MAX_BYTES);
    const [{ points }] = value.series as [{ points: { label: string }[] }];
    expect(points.at(-1)!.label).toBe("2019-12-31T23:00");
    expect(text).toContain("| 2019-12-31T23:00 | 0 |");
    expect(meta["crow/truncated"]).toEqual([{ path: "series[].points", shown: points.length, total: 8_760 }]);
    expect(text).toContain("Narrow the range");
    expect(text.length).toBeLessThan(16_500);
  });

  it("one long text is cut, not refused", async () => {
    const query = `query Long { products { nodes { id } } } # ${"x".repeat(90_000)}`;
    const made = await callTool("execute_operation", { operation: "persisted_operations.create", input: { name: "Long", query } }, { key });
    if (made.is_error) throw new Error(made.text);
    const { value } = await callTool("execute_operation", { operation: "persisted_operations.get", input: { sha256: made.value.sha256 } }, { key });
    expect(bytesOf(value)).toBeLessThanOrEqual(RESULT_MAX_BYTES);
    expect(String(value.query)).toMatch(/^query Long .*…$/s);
  });
});
