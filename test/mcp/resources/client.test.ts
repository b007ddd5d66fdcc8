// The SDK's own client on the endpoint's URL, in a session and without one: what it reads, and what it is told of changes.
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { BASE_URL, send } from "../../support/api.ts";
import { fetchWorker } from "../http/support.ts";
import { PROMPTS } from "../../../src/protocols/mcp/prompts/registry.ts";
import { FIXED_RESOURCES, RESOURCE_TEMPLATES } from "../../../src/protocols/mcp/resources/registry.ts";
import { createShop, daysAgo, type Shop } from "./support.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await createShop();
});

async function connect(mode: "legacy" | "auto", key = shop.organization.api_key): Promise<Client> {
  const client = new Client({ name: "resources-test", version: "1.0.0" }, { versionNegotiation: { mode } });
  const requestInit = { headers: { Authorization: `Bearer ${key}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${BASE_URL}/mcp`), { fetch: fetchWorker, requestInit }));
  return client;
}

describe.each([
  { era: "a session", mode: "legacy" },
  { era: "the stateless revision", mode: "auto" },
] as const)("a client in $era", ({ mode }) => {
  let client: Client;
  beforeAll(async () => {
    client = await connect(mode);
  });
  afterAll(() => client.close());

  it("finds and reads every resource that is always there", async () => {
    const { resources } = await client.listResources();
    expect(resources.map(({ uri }) => uri)).toEqual(expect.arrayContaining(FIXED_RESOURCES.map(({ uri }) => uri)));
    for (const { uri, mimeType } of resources) {
      const { contents } = await client.readResource({ uri });
      expect(contents, uri).toEqual([{ uri, mimeType, text: expect.any(String) }]);
    }
  });

  it("finds templates, and completes and reads one", async () => {
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual(RESOURCE_TEMPLATES.map(({ uri }) => uri));
    const ref = { type: "ref/resource", uri: "crow://products/{product_id}" } as const;
    const { completion } = await client.complete({ ref, argument: { name: "product_id", value: "TSHIRT" } });
    expect(completion).toMatchObject({ values: [shop.products.tshirt], total: 1, hasMore: false });
    const { contents } = await client.readResource({ uri: `crow://products/${completion.values[0]}` });
    expect(JSON.parse((contents[0] as { text: string }).text)).toMatchObject({ sku: "TSHIRT-M" });
  });

  it("gets each prompt with resources in it", async () => {
    const { prompts } = await client.listPrompts();
    expect(prompts.map(({ name }) => name)).toEqual(PROMPTS.map(({ name }) => name));
    const { messages } = await client.getPrompt({ name: "what_changed", arguments: { date_from: daysAgo(7), date_to: daysAgo(1) } });
    expect(messages.map(({ content }) => content.type)).toEqual(["text", "resource", "text"]);
  });

  it("is told what is wrong", async () => {
    await expect(client.readResource({ uri: "crow://nothing" })).rejects.toMatchObject({ message: "Resource not found" });
    await expect(client.readResource({ uri: "crow://products/prd_01jd0000000000000000000000" })).rejects.toMatchObject({
      message: "Resource not found",
    });
    await expect(client.getPrompt({ name: "export_planning" })).rejects.toMatchObject({
      code: -32_602,
      data: { details: { field: "arguments.goal" } },
    });
  });
});

describe("a client that follows", () => {
  it("a resource in a session is told when it changes, and that the list did", async () => {
    const client = await connect("legacy");
    const told: string[] = [];
    client.setNotificationHandler("notifications/resources/updated", ({ params }) => void told.push(params.uri));
    client.setNotificationHandler("notifications/resources/list_changed", () => void told.push("list"));
    const uri = `crow://products/${shop.products.mug}`;
    await client.subscribeResource({ uri });
    const key = shop.organization.api_key;
    const patched = await send("PATCH", `/api/v2/products/${shop.products.mug}`, { key, body: { title: "Cup" }, headers: { "If-Match": "*" } });
    expect(patched.status).toBe(200);
    await vi.waitFor(() => expect(told).toEqual([uri]), 10_000);
    await send("POST", "/api/v2/products", { key, body: { title: "Another" } });
    await vi.waitFor(() => expect(told).toEqual([uri, "list"]), 10_000);
    await client.close();
  });
});
