import { beforeAll, describe, expect, it } from "vitest";
import { RESOURCES_PAGE, RESOURCES_PAGES_MAX } from "../../../src/protocols/mcp/resources/list.ts";
import { FIXED_RESOURCES, RESOURCE_TEMPLATES } from "../../../src/protocols/mcp/resources/registry.ts";
import { createOrganization, send } from "../../support/api.ts";
import { Client, clientWith, createShop, type Result, type Shop } from "./support.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await createShop();
});

async function allPages(client: Client): Promise<Result[]> {
  const pages = [await client.result("resources/list")];
  for (let cursor = pages[0]!.nextCursor; cursor !== undefined; cursor = pages.at(-1)!.nextCursor)
    pages.push(await client.result("resources/list", { cursor }));
  return pages;
}

describe("resources/list", () => {
  it("tells what is always there, then exports and products, each of which can be read", async () => {
    const { resources, nextCursor, _meta } = await shop.client.result("resources/list");
    expect(resources.map(({ uri }) => uri)).toEqual([
      ...FIXED_RESOURCES.map(({ uri }) => uri),
      `crow://exports/${shop.export_id}`,
      `crow://products/${shop.products.mug}`,
      `crow://products/${shop.products.tshirt}`,
    ]);
    expect(nextCursor).toBeUndefined();
    expect(_meta["crow/rate_limit"].charged).toBe(1);
    for (const { uri, title, mimeType } of resources) {
      expect(title, uri).toBeTruthy();
      expect((await shop.client.result("resources/read", { uri })).contents[0]!.mimeType).toBe(mimeType);
    }
  });

  it("tells nothing that the credential may not read", async () => {
    const listed = async (scopes: string[]): Promise<string[]> =>
      (await (await clientWith(shop.organization, scopes)).result("resources/list")).resources.map(({ uri }) => uri);
    expect(await listed(["usage:read"])).toEqual(["crow://organization", "crow://schema/interactions", "crow://schema/operations"]);
    expect(await listed(["exports:read"])).toEqual([
      "crow://organization",
      "crow://schema/interactions",
      "crow://schema/operations",
      "crow://schema/exports",
      `crow://exports/${shop.export_id}`,
    ]);
    expect(await listed(["products:read"])).toContain(`crow://products/${shop.products.mug}`);
    expect(await listed(["products:read"])).not.toContain("crow://catalog/quality");
  });

  it("who may read anything at all learns what dates and amounts mean here, and no more of the organization", async () => {
    const client = await clientWith(shop.organization, ["usage:read"]);
    const facts = JSON.parse(await client.read("crow://organization")) as Record<string, unknown>;
    expect(facts).toMatchObject({ today: expect.stringMatching(/^\d{4}-\d\d-\d\d$/), currency: "EUR", time_zone: expect.any(String) });
    expect(Object.keys(facts).toSorted()).toEqual(["currency", "last_full_week", "this_credential", "time_zone", "today"]);
  });

  it("tells nothing that this part of the server does not have", async () => {
    const listed = async (...toolsets: string[]): Promise<string[]> =>
      (await shop.client.result("resources/list", {}, { view: { readonly: true, toolsets } })).resources.map(({ uri }) => uri);
    const everywhere = ["crow://schema/interactions", "crow://schema/operations", "crow://schema/exports"];
    expect(await listed("webhooks")).toEqual(["crow://organization", ...everywhere]);
    expect(await listed("exports")).toEqual(["crow://organization", ...everywhere, `crow://exports/${shop.export_id}`]);
    expect(await listed("insights")).toEqual(["crow://organization", "crow://insights/latest", ...everywhere]);
    expect(await listed("products", "insights")).toEqual(expect.arrayContaining(["crow://catalog/quality", `crow://products/${shop.products.mug}`]));
  });

  it("pages through many products without repeating or skipping one, and ends", async () => {
    const { api_key } = await createOrganization();
    const products = Array.from({ length: 600 }, (_, index) => ({ title: `Product ${index}`, sku: `SKU-${index}` }));
    expect((await send("POST", "/api/v2/products/batch", { key: api_key, body: { products } })).status).toBe(200);
    const pages = await allPages(new Client(api_key));
    expect(pages).toHaveLength(RESOURCES_PAGES_MAX);
    expect(pages.map(({ resources }) => resources.length)).toEqual(Array.from({ length: RESOURCES_PAGES_MAX }, () => RESOURCES_PAGE));
    const uris = pages.flatMap(({ resources }) => resources.map(({ uri }) => uri));
    expect(new Set(uris).size).toBe(uris.length);
  });

  it.each([
    ["text", "x"],
    ["a number", 5],
    ["an empty one", ""],
    ["a forged one", "2~WyJhIl0.AAAAAAAAAAAAAAAAAAAAAA"],
    ["a page beyond the last", "11~a"],
    ["a page before the second", "1~a"],
  ])("refuses %s for a cursor", async (_title, cursor) => {
    const error = await shop.client.error("resources/list", { cursor });
    expect(error).toMatchObject({ code: -32_602, data: { code: "VALIDATION_ERROR", details: { field: "cursor" } } });
  });
});

describe("resources/templates/list", () => {
  it("tells every template, and costs nothing", async () => {
    const { resourceTemplates, nextCursor } = await shop.client.result("resources/templates/list");
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual(RESOURCE_TEMPLATES.map(({ uri }) => uri));
    expect(nextCursor).toBeUndefined();
    expect(resourceTemplates.every(({ description }) => String(description).length > 60)).toBe(true);
  });

  it("tells those alone that the credential may read", async () => {
    const client = await clientWith(shop.organization, ["interactions:read"]);
    expect((await client.result("resources/templates/list")).resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      "crow://interactions/{interaction_id}",
    ]);
  });

  it("tells those alone that this part of the server has", async () => {
    const view = { readonly: true, toolsets: ["exports"] };
    expect((await shop.client.result("resources/templates/list", {}, { view })).resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      "crow://exports/{export_id}",
    ]);
  });

  it("refuses a cursor that is none of its own", async () => {
    expect(await shop.client.error("resources/templates/list", { cursor: "zzz" })).toMatchObject({ code: -32_602 });
  });
});
