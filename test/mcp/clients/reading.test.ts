// Everything that is there to read, as the libraries' clients read it.
import { beforeAll, describe, expect, it } from "vitest";
import { PROMPTS } from "../../../src/protocols/mcp/prompts/registry.ts";
import { FIXED_RESOURCES, RESOURCE_TEMPLATES } from "../../../src/protocols/mcp/resources/registry.ts";
import { createShop, daysAgo, type Shop } from "../resources/support.ts";
import { LINES } from "./lines.ts";

let shop: Shop;
let key: string;
beforeAll(async () => {
  shop = await createShop();
  key = shop.organization.api_key;
});

describe.each(LINES)("a client ($line)", ({ connect }) => {
  it("finds and reads every resource that is always there, and those that came about", async () => {
    const client = await connect({ key });
    const found = (await client.resources()).map(({ uri }) => uri);
    expect(found).toEqual(expect.arrayContaining(FIXED_RESOURCES.map(({ uri }) => uri)));
    expect(found).toContain(`crow://products/${shop.products.mug}`);
    for (const uri of found) expect(await client.read(uri), uri).toMatchObject([{ uri, mimeType: expect.any(String), text: expect.any(String) }]);
    await client.end();
    expect(client.errors).toEqual([]);
  });

  it("finds every template, and completes and reads one", async () => {
    const client = await connect({ key });
    expect(await client.templates()).toEqual(RESOURCE_TEMPLATES.map(({ uri }) => uri));
    const [product_id] = await client.completed("crow://products/{product_id}", "product_id", "TSHIRT");
    expect(product_id).toBe(shop.products.tshirt);
    expect(JSON.parse((await client.read(`crow://products/${product_id}`))[0]!.text!)).toMatchObject({ sku: "TSHIRT-M" });
    await client.end();
  });

  it("finds every prompt, and gets one with resources in it", async () => {
    const client = await connect({ key });
    expect(await client.prompts()).toEqual(PROMPTS.map(({ name }) => name));
    const messages = await client.prompt("what_changed", { date_from: daysAgo(7), date_to: daysAgo(1) });
    expect(messages.map(({ content }) => content.type)).toEqual(["text", "resource", "text"]);
    await client.end();
  });

  it("is told what is wrong with what it asks for", async () => {
    const client = await connect({ key });
    await expect(client.read("crow://products/prd_01jd0000000000000000000000")).rejects.toMatchObject({
      message: expect.stringContaining("Resource not found"),
    });
    await expect(client.prompt("export_planning")).rejects.toMatchObject({ code: -32_602, data: { details: { field: "arguments.goal" } } });
    await client.end();
  });

  it("sees a part of the server at the part's URL", async () => {
    const client = await connect({ key, path: "/mcp/x/webhooks/readonly" });
    const tools = (await client.tools()).map(({ name }) => name);
    expect(tools).toContain("webhooks_list");
    expect(tools).not.toContain("webhooks_create");
    expect(tools).not.toContain("products_list");
    await client.end();
  });
});
