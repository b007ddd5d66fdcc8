// What a program does with a client of either line, all the way through: the library judges every answer.
import { beforeAll, describe, expect, it } from "vitest";
import { DEPLOYMENT_OPERATIONS, OPERATIONS } from "../../../src/domain/registry.ts";
import { toolNameOf } from "../../../src/protocols/mcp/tools/names.ts";
import { createStockedOrganization } from "../../parity/rest_calls.ts";
import type { TestOrganization } from "../../support/api.ts";
import { LINES, SESSION_LINES } from "./lines.ts";
import { Network } from "./network.ts";
import { codeOf, createProduct, makeKey } from "./support.ts";

let organization: TestOrganization;
let key: string;
let product_id: string;
beforeAll(async () => {
  organization = await createStockedOrganization();
  key = organization.api_key;
  product_id = await createProduct(key, { title: "Reading lamp", sku: "LAMP-1" });
});

/** Every family of operations: more tools than one page has. */
const FAMILIES = OPERATIONS.filter((operation) => !DEPLOYMENT_OPERATIONS.includes(operation)).map(({ name }) => name.split(".")[0]!);
const EVERYTHING = `/mcp/x/${[...new Set(FAMILIES)].join(",")}`;
const READS = OPERATIONS.filter(({ effect, mcp }) => effect === "read" && mcp?.core).map(
  (operation) => [toolNameOf(operation), operation.examples[0]!.input as Record<string, unknown>] as const,
);

describe.each(LINES)("a client ($line)", ({ connect, session }) => {
  it("connects, reads, asks, completes and leaves without one complaint", async () => {
    const client = await connect({ key });
    expect(client.server()).toMatchObject({ name: "crow" });
    expect([client.version, client.session !== undefined]).toEqual([session ? "2025-11-25" : "2026-07-28", session]);
    expect((await client.tools()).map(({ name }) => name)).toContain("insights_changes");
    expect(await client.call("products_get", { product_id })).toMatchObject({ structuredContent: { title: "Reading lamp" } });
    const uri = `crow://products/${product_id}`;
    expect(JSON.parse((await client.read(uri))[0]!.text!)).toMatchObject({ sku: "LAMP-1" });
    expect((await client.resources()).map((resource) => resource.uri)).toContain(uri);
    expect(await client.completed("crow://products/{product_id}", "product_id", "LAMP-1")).toEqual([product_id]);
    const messages = await client.prompt("product_deep_dive", { product_id });
    expect(messages.map(({ content }) => content.type)).toContain("resource");
    if (session) expect(await client.ping()).toEqual({});
    await client.end();
    expect(client.errors).toEqual([]);
  });

  it("walks a list of tools that has more than a page, each tool once", async () => {
    const network = new Network();
    const client = await connect({ key, path: EVERYTHING, network });
    const names = (await client.tools()).map(({ name }) => name);
    expect(network.of("POST", "tools/list").length).toBeGreaterThan(1);
    expect(names.length).toBeGreaterThan(50);
    expect(new Set(names).size).toBe(names.length);
    await client.end();
  });

  it.each(READS)("takes what %s answers by the schema that it listed", async (name, input) => {
    const client = await connect({ key });
    const tool = (await client.tools()).find((listed) => listed.name === name)!;
    expect(tool.outputSchema).toBeDefined();
    const result = await client.call(name, input);
    expect(codeOf(result) ?? "NOT_FOUND").toBe("NOT_FOUND");
    expect(result.structuredContent).toBeDefined();
    await client.end();
    expect(client.errors).toEqual([]);
  });

  it("refuses an answer that is not by the schema, so that the promises here mean something", async () => {
    const network = new Network();
    const client = await connect({ key, network });
    await client.tools();
    network.tamper = (text) => text.replace('"structuredContent":{"data":[', '"structuredContent":{"data":["no product",');
    await expect(client.call("products_list")).rejects.toThrow(/schema/);
  });

  it("is told in the result what a model has to repair, and as an error what the program got wrong", async () => {
    const client = await connect({ key });
    await client.tools();
    const refused = await client.call("products_list", { limit: 100_000 });
    expect(codeOf(refused)).toBe("VALIDATION_ERROR");
    expect(refused.structuredContent!.error!.details).toMatchObject({ field: "limit" });
    await expect(client.call("no_such_tool")).rejects.toMatchObject({ code: -32_602 });
    await expect(client.read("crow://no/such/resource")).rejects.toThrow("Resource not found");
    await expect(client.prompt("no_such_prompt")).rejects.toMatchObject({ code: -32_602 });
    expect(codeOf(await client.call("products_list"))).toBeUndefined();
    await client.end();
  });
});

describe.each(SESSION_LINES)("sessions ($line)", ({ connect }) => {
  it("that were ended are gone: the next call says 404, and the client can begin anew", async () => {
    const client = await connect({ key });
    const { session, version } = { session: client.session!, version: client.version! };
    await client.end();
    const late = await connect({ key, session: { id: session, version } });
    await expect(late.call("products_list")).rejects.toThrow(/No such session/);
    const again = await connect({ key });
    expect(again.session).not.toBe(session);
    expect(codeOf(await again.call("products_list"))).toBeUndefined();
    await again.end();
  });

  it("of one key live side by side: one's end is not the other's", async () => {
    const [one, two] = [await connect({ key }), await connect({ key })];
    expect(one.session).not.toBe(two.session);
    await one.end();
    expect(codeOf(await two.call("products_list"))).toBeUndefined();
    await two.end();
  });

  it("show each principal what is its own", async () => {
    const { key: narrow } = await makeKey(organization, { scopes: ["products:read"] });
    const [all, some] = [await connect({ key }), await connect({ key: narrow })];
    const [wide_names, narrow_names] = [(await all.tools()).map(({ name }) => name), (await some.tools()).map(({ name }) => name)];
    expect(wide_names).toContain("products_create");
    expect(narrow_names).toContain("products_list");
    expect(narrow_names).not.toContain("products_create");
    expect(codeOf(await some.call("products_create", { title: "No" }))).toBe("FORBIDDEN");
    for (const client of [all, some]) await client.end();
  });
});
