import { beforeAll, describe, expect, it } from "vitest";
import { OPERATIONS_BY_NAME } from "../../../src/domain/registry.ts";
import { bytesOf } from "../../../src/protocols/mcp/shorten.ts";
import { keyWith, newKey } from "../http/support.ts";
import { callTool } from "./support.ts";

interface Found {
  operation: string;
  effect: string;
  scope: string;
  cost: number;
  needs_confirmation: boolean;
  takes_expected_version: boolean;
  tool: string | null;
  input_schema?: { properties: Record<string, unknown>; required?: string[] };
}

let key: string;
beforeAll(async () => {
  key = await newKey();
});

async function search(query: unknown, { of = key, path = "/mcp", limit }: { of?: string; path?: string; limit?: unknown } = {}) {
  const reply = await callTool("search_operations", { query, ...(limit === undefined ? {} : { limit }) }, { key: of, path });
  return { ...reply, found: (reply.value.operations ?? []) as Found[] };
}

describe("search_operations", () => {
  it("answers what an operation does, needs and costs, and all that a call of it takes", async () => {
    const { found, text } = await search("create a webhook");
    const { operation, input_schema, ...about } = found[0]!;
    expect(operation).toBe("webhooks.create");
    expect(about).toMatchObject({ effect: "create", scope: "webhooks:write", cost: 1, needs_confirmation: true, takes_expected_version: false });
    expect(input_schema).toMatchObject({ required: ["url", "types"] });
    // Clients that show a model the text alone show it the schema too.
    expect(text).toContain(JSON.stringify(input_schema));
  });

  it("shows the input of the best two, and of the others where they are asked for by name", async () => {
    const { found, text } = await search("webhook", { limit: 10 });
    expect(found.map(({ input_schema }) => input_schema !== undefined)).toEqual(found.map((_each, index) => index < 2));
    const other = found[4]!.operation;
    expect(text).toContain(`- ${other}: `);
    const [named] = (await search(other)).found;
    expect(named).toMatchObject({ operation: other, input_schema: { type: "object" } });
  });

  it("says of an operation that is a tool already only that it is one", async () => {
    const { found, text } = await search("list products");
    expect(found[0]).toMatchObject({ operation: "products.list", tool: "products_list" });
    expect(found[0]).not.toHaveProperty("input_schema");
    expect(text).toContain("- products.list: List products. It has its own tool, products_list.");
  });

  it("finds the reports and prompts that the credential may read, and the report can be read", async () => {
    const { value, text } = await search("is tracking broken");
    expect(value.resources).toContainEqual({ uri: "crow://insights/{date_from}/{date_to}/tracking", title: "Health of the tracking" });
    expect(value.prompts).toEqual([{ name: "tracking_check", title: "Check the tracking" }]);
    expect(text).toContain("read crow://insights/{date_from}/{date_to}/tracking (read_resource)");
    const keys = await keyWith(key, ["webhooks:read"]);
    expect((await search("is tracking broken", { of: keys })).value).toMatchObject({
      resources: [{ uri: "crow://schema/interactions" }],
      prompts: [],
    });
    const report = await callTool("read_resource", { uri: "crow://insights/2019-10-01/2019-10-07/tracking" }, { key });
    expect(report.is_error).toBe(false);
    expect(report.text).toMatch(/^# /);
  });

  it("what it finds can be called as it says", async () => {
    const [{ operation }] = (await search("members of the organization list")).found as [Found];
    const { is_error, text } = await callTool("execute_operation", { operation }, { key });
    expect(is_error, text).toBe(false);
  });

  it("finds only what the credential may run, in the part of the server that it looks at", async () => {
    const reader = await keyWith(key, ["webhooks:read"]);
    const scoped = await search("webhook", { of: reader, limit: 10 });
    expect(scoped.found.length).toBeGreaterThan(2);
    expect(scoped.found.every(({ scope }) => scope === "webhooks:read")).toBe(true);
    const reads = await search("webhook", { path: "/mcp/readonly", limit: 10 });
    expect(reads.found.length).toBeGreaterThan(2);
    expect(reads.found.every(({ effect }) => effect === "read")).toBe(true);
    for (const query of ["create an organization", "signing keys rotate", "account recovery link"]) {
      const { found } = await search(query, { limit: 10 });
      expect(found.filter(({ operation }) => OPERATIONS_BY_NAME.get(operation)!.scope === "operator")).toEqual([]);
    }
  });

  it("answers five unless told otherwise, ten at most, and never more than a model can read", async () => {
    expect((await search("list")).found).toHaveLength(5);
    expect((await search("list", { limit: 1 })).found).toHaveLength(1);
    const { value, text } = await search("create update list get delete product interaction", { limit: 10 });
    expect(bytesOf(value)).toBeLessThan(20_000);
    expect(text.length).toBeLessThan(20_000);
  });

  it("a word that objects know is a word", async () => {
    for (const query of ["constructor", "delete constructor", "__proto__ hasownproperty valueof"]) {
      const { status, error } = await search(query);
      expect({ status, error }, query).toEqual({ status: 200, error: undefined });
    }
  });

  it("for words that are nowhere names what there is, by family", async () => {
    const { found, text } = await search("xylophone");
    expect(found).toEqual([]);
    expect(text).toContain("- webhooks: list, create");
  });

  it.each([
    [{}, "query"],
    [{ query: 7 }, "query"],
    [{ query: "x".repeat(501) }, "query"],
    [{ query: "x", limit: 0 }, "limit"],
    [{ query: "x", limit: 11 }, "limit"],
    [{ query: "x", limit: "5" }, "limit"],
    [{ query: "x", page: 2 }, "page"],
  ])("%j: is refused, with the field", async (given, field) => {
    expect((await callTool("search_operations", given, { key })).failure).toMatchObject({ code: "VALIDATION_ERROR", details: { field } });
  });

  it("a query of two hundred and fifty equal words is answered as any other", async () => {
    const { is_error } = await search("a ".repeat(250));
    expect(is_error).toBe(false);
  });
});

describe("read_resource", () => {
  it("answers what resources/read does, and costs as much", async () => {
    const { text, meta } = await callTool("read_resource", { uri: "crow://insights/2019-10-01/2019-10-07/changes" }, { key });
    expect(text).toMatch(/^# /);
    const [read, called] = [await callTool("insights_changes", { date_from: "2019-10-01", date_to: "2019-10-07" }, { key }), meta];
    expect(called["crow/rate_limit"]).toMatchObject({ charged: (read.meta["crow/rate_limit"] as { charged: number }).charged });
  });

  it.each([
    [{}, "VALIDATION_ERROR"],
    [{ uri: 7 }, "VALIDATION_ERROR"],
    [{ uri: "crow://insights/yesterday/today" }, "VALIDATION_ERROR"],
    [{ uri: "crow://catalog/quality", page: 2 }, "VALIDATION_ERROR"],
    [{ uri: "https://example.com/" }, "NOT_FOUND"],
    [{ uri: "crow://products/prd_01jd0000000000000000000000" }, "NOT_FOUND"],
  ])("%j: is the model's to repair", async (given, code) => {
    const { is_error, failure } = await callTool("read_resource", given, { key });
    expect(is_error).toBe(true);
    expect(failure?.code).toBe(code);
  });

  it("reads what the credential may, and is no part of toolsets", async () => {
    const reader = await keyWith(key, ["products:read"]);
    const { failure } = await callTool("read_resource", { uri: "crow://insights/latest" }, { key: reader });
    expect(failure).toMatchObject({ code: "FORBIDDEN", details: { required_scope: "insights:read" } });
    const { error } = await callTool("read_resource", { uri: "crow://insights/latest" }, { key, path: "/mcp/x/products" });
    expect(error?.code).toBe(-32_602);
  });
});

describe("execute_operation", () => {
  it("takes an operation's own name, and its tool's", async () => {
    for (const operation of ["webhooks.list", "webhooks_list"])
      expect((await callTool("execute_operation", { operation }, { key })).value).toEqual({ data: [], next_cursor: null });
    expect((await callTool("products.list", {}, { key })).is_error).toBe(false);
    expect((await callTool("search.operations", { query: "webhooks" }, { key })).is_error).toBe(false);
  });

  it("in a read-only view runs reads alone", async () => {
    const read = await callTool("execute_operation", { operation: "webhooks.list" }, { key, path: "/mcp/readonly" });
    expect(read.is_error).toBe(false);
    const given = { operation: "products.create", input: { title: "No" } };
    const write = await callTool("execute_operation", given, { key, path: "/mcp/readonly" });
    expect(write.failure).toMatchObject({ code: "VALIDATION_ERROR", details: { field: "operation" } });
    expect((await callTool("products_list", {}, { key })).value.data).toEqual([]);
  });

  it("does not find what is nearly right, but says what was meant", async () => {
    const { failure, text } = await callTool("execute_operation", { operation: "webhook.list" }, { key });
    expect(failure).toMatchObject({ code: "VALIDATION_ERROR", details: { field: "operation" } });
    expect(text).toContain("did you mean webhooks.list?");
  });

  it.each([
    [{}, "operation"],
    [{ operation: 7 }, "operation"],
    [{ operation: "x".repeat(10_000) }, "operation"],
    [{ operation: "webhooks.list", webhook_id: "x" }, "webhook_id"],
    [{ operation: "webhooks.list", expected_version: 1 }, "expected_version"],
    [{ operation: "webhooks.delete", confirm: 1 }, "webhook_id"],
    [{ operation: "webhooks.get", input: { webhookid: "x" } }, "webhook_id"],
    [{ operation: "webhooks.get", input: "x" }, ""],
  ])("%j: is refused, with the field", async (given, field) => {
    const { failure, text } = await callTool("execute_operation", given, { key });
    expect(failure).toMatchObject({ code: "VALIDATION_ERROR", details: { field } });
    expect(text.length).toBeLessThan(2_000);
  });
});
