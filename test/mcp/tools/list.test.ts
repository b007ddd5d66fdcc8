import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { beforeAll, describe, expect, it } from "vitest";
import { OPERATIONS } from "../../../src/domain/registry.ts";
import { ALL_SCOPES } from "../../../src/domain/scopes.ts";
import { INSTRUCTIONS } from "../../../src/protocols/mcp/server.ts";
import { EXECUTE_TOOL, READ_TOOL, SEARCH_TOOL, toolNameOf } from "../../../src/protocols/mcp/tools/names.ts";
import { TOOL_OPERATIONS, familyOf } from "../../../src/protocols/mcp/operations_in_view.ts";
import { keyWith, modernHeaders, modernMessage, newKey, openSession, post } from "../http/support.ts";
import { listTools, type ListedTool } from "./support.ts";

/** What the list costs a model that reads all of it, output schemas and annotations too (o200k_base). It is in the docs: change both. */
const LIST_TOKENS_MAX = 6_000;
const TOOLS_MAX = 20;
const WORDS_MAX = 200;

let key: string;
let tools: ListedTool[];
beforeAll(async () => {
  key = await newKey();
  ({ tools } = await listTools(key));
});

const names = (list: readonly ListedTool[]): string[] => list.map(({ name }) => name);

describe("the list of tools", () => {
  it("is short enough to choose from, and costs a model little", () => {
    const tokens = countTokens(JSON.stringify({ tools }));
    expect(tools.length).toBeLessThanOrEqual(TOOLS_MAX);
    expect(tokens).toBeLessThanOrEqual(LIST_TOKENS_MAX);
  });

  it("has the core operations and how to find the others", () => {
    const core = OPERATIONS.filter(({ mcp }) => mcp?.core).map(toolNameOf);
    expect(core.length).toBeGreaterThan(10);
    expect(names(tools)).toEqual([...core, SEARCH_TOOL, EXECUTE_TOOL, READ_TOOL]);
  });

  it("gives every tool a name, title, description, closed input, output and all four annotations", () => {
    for (const { name, title, description, inputSchema, outputSchema, annotations } of tools) {
      expect(name).toMatch(/^[a-z][a-z_]{2,63}$/);
      expect(title.length).toBeGreaterThan(3);
      expect(description.length, name).toBeGreaterThan(30);
      expect(inputSchema).toMatchObject({ type: "object", additionalProperties: false });
      // What is read is a text.
      if (name !== READ_TOOL) expect(outputSchema).toMatchObject({ type: "object" });
      expect(Object.keys(annotations).toSorted()).toEqual(["destructiveHint", "idempotentHint", "openWorldHint", "readOnlyHint"]);
    }
  });

  it("annotates by effect: reads are read-only, creates add, updates and deletions change what is there", () => {
    const of = (name: string) => tools.find((tool) => tool.name === name)!.annotations;
    expect(of("insights_summary")).toEqual({ readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false });
    expect(of("products_create")).toEqual({ readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false });
    expect(of("products_update")).toEqual({ readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false });
    expect(of("products_delete")).toMatchObject({ readOnlyHint: false, destructiveHint: true });
    expect(of(SEARCH_TOOL)).toMatchObject({ readOnlyHint: true });
    expect(of(EXECUTE_TOOL)).toEqual({ readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true });
  });

  it("says what is said beside the input: the version that is changed, and that a person agreed", () => {
    const properties = (name: string) => Object.keys(tools.find((tool) => tool.name === name)!.inputSchema.properties);
    expect(properties("products_delete")).toEqual(["product_id", "expected_version", "confirm"]);
    expect(tools.find(({ name }) => name === "products_delete")!.inputSchema.properties.confirm).toMatchObject({ type: "string" });
    expect(properties("products_update")).toContain("expected_version");
    expect(properties("products_update")).not.toContain("confirm");
    for (const operation of OPERATIONS) {
      const own = Object.keys((operation.input as unknown as { shape: object }).shape);
      expect(own.filter((name) => ["confirm", "expected_version"].includes(name))).toEqual([]);
    }
  });

  it("names in its texts only tools and operations that there are", () => {
    const known = new Set([...TOOL_OPERATIONS.flatMap((operation) => [operation.name, toolNameOf(operation)]), SEARCH_TOOL, EXECUTE_TOOL, READ_TOOL]);
    const families = TOOL_OPERATIONS.map(familyOf).join("|");
    const mentioned = [INSTRUCTIONS, ...tools.map(({ description }) => description)].flatMap(
      (text) => text.match(new RegExp(`\\b(?:${families})[._][a-z_]+[a-z]|\\b(?:search|execute)_\\w+`, "g")) ?? [],
    );
    expect(mentioned.length).toBeGreaterThan(10);
    expect(mentioned.filter((name) => !known.has(name))).toEqual([]);
    // What is named as a tool is in the list; what has none is named by its operation.
    expect(mentioned.filter((name) => !name.includes(".") && !names(tools).includes(name))).toEqual([]);
  });

  it("is the same in a session, and each time", async () => {
    const session = await openSession(key);
    const { body } = await session.request("tools/list");
    expect(body.result?.tools).toEqual(tools);
    expect((await listTools(key)).tools).toEqual(tools);
  });

  it("says how long it holds, and that it is this credential's", async () => {
    const { first } = await listTools(key);
    expect(first).toMatchObject({ ttlMs: 300_000, cacheScope: "private", _meta: { "crow/rate_limit": { charged: 0 } } });
  });
});

describe("what a credential and a view show", () => {
  it("a key sees the tools of its scopes alone", async () => {
    const reader = await keyWith(key, ["products:read"]);
    expect(names((await listTools(reader)).tools)).toEqual(["products_list", "products_get", SEARCH_TOOL, EXECUTE_TOOL, READ_TOOL]);
    const { tools: seen } = await listTools(reader);
    expect(seen.find(({ name }) => name === EXECUTE_TOOL)!.annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false });
  });

  it("a read-only view has nothing that changes anything", async () => {
    const { tools: seen } = await listTools(key, "/mcp/readonly");
    expect(seen.length).toBeGreaterThan(5);
    expect(seen.filter(({ annotations }) => !annotations.readOnlyHint)).toEqual([]);
  });

  it("toolsets have all operations of their families, and nothing else", async () => {
    const { tools: seen } = await listTools(key, "/mcp/x/webhooks,usage");
    const wanted = OPERATIONS.filter((operation) => ["webhooks", "usage"].includes(familyOf(operation))).map(toolNameOf);
    expect(names(seen)).toEqual(wanted);
    const { tools: reads } = await listTools(key, "/mcp/x/webhooks/readonly");
    expect(names(reads)).toEqual(["webhooks_list", "webhooks_get", "webhooks_list_deliveries", "webhooks_get_delivery"]);
  });

  it("a long list comes in pages: every tool once, in the registry's order", async () => {
    const families = [...new Set(TOOL_OPERATIONS.map(familyOf))].join(",");
    const { tools: all, pages } = await listTools(key, `/mcp/x/${families}`);
    expect(pages).toBe(Math.ceil(all.length / 50));
    expect(pages).toBeGreaterThan(1);
    expect(names(all)).toEqual(TOOL_OPERATIONS.map(toolNameOf));
  });

  it.each(["nonsense", "", "bm9uc2Vuc2U=", 7, null, {}])("the cursor %j is refused", async (cursor) => {
    const { body } = await post(modernMessage("tools/list", { cursor }), { key, headers: modernHeaders("tools/list") });
    expect(body.error).toMatchObject({ code: -32_602 });
  });

  it("whatever of the scopes a key has, its list fits a model", async () => {
    const most = await keyWith(key, ALL_SCOPES);
    expect((await listTools(most)).tools.length).toBeLessThanOrEqual(TOOLS_MAX);
  });
});

describe("the server's instructions", () => {
  it(`are at most ${WORDS_MAX} words`, () => {
    const words = INSTRUCTIONS.split(/\s+/).length;
    expect(words).toBeGreaterThan(80);
    expect(words).toBeLessThanOrEqual(WORDS_MAX);
  });
});
