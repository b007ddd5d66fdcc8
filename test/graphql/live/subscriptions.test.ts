import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createOrganization, send, type Reply } from "../../support/api.ts";
import { follow, pause, sseClient, wsClient, type Received } from "./clients.ts";

const product = (key: string, name: string): Promise<Reply> => send("POST", "/api/v1/products", { key, body: { name } });
const interactions = (key: string, ...items: Record<string, unknown>[]): Promise<Reply> =>
  send("POST", "/api/v1/interactions", { key, body: { interactions: items } });
const evict = (id: string): Promise<void> => evictDurableObject(env.ORGANIZATIONS.getByName(id));
const PRODUCTS = "subscription ($after: String) { productChanged(after: $after) { type productId product { title } } }";
const titles = (received: Received): unknown[] => received.values().map((value) => (value as { product: { title: string } | null }).product?.title);
const sequences = (received: Received): string[] => received.answers.map(({ extensions }) => String(extensions!.sequence));

describe.each([
  ["graphql-ws", (key: string) => wsClient(key)],
  ["graphql-sse", (key: string) => sseClient(key)],
])("subscriptions of the real client %s", (_name, connect) => {
  it("tell of products as they change, also after the actor was evicted", async () => {
    const { id, api_key } = await createOrganization();
    const client = connect(api_key);
    const received = follow(client, { query: PRODUCTS });
    await pause();
    const { body } = await product(api_key, "A");
    await received.until(1);
    await evict(id);
    await send("DELETE", `/api/v1/products/${String(body.id)}`, { key: api_key });
    await received.until(2);
    await evict(id);
    await product(api_key, "B");
    await received.until(3);
    expect(received.values()).toMatchObject([
      { type: "CREATED", productId: body.id, product: { title: "A" } },
      { type: "DELETED", productId: body.id, product: null },
      { type: "CREATED", product: { title: "B" } },
    ]);
    client.dispose();
  });

  it("tell of one product alone", async () => {
    const { api_key } = await createOrganization();
    const [one] = await Promise.all([product(api_key, "one"), product(api_key, "two")]);
    const client = connect(api_key);
    const received = follow(client, {
      query: "subscription ($id: ID!) { productChanged(id: $id) { type product { title } } }",
      variables: { id: one.body.id },
    });
    await pause();
    await product(api_key, "three");
    await send("PATCH", `/api/v1/products/${String(one.body.id)}`, { key: api_key, body: { name: "ONE" } });
    await received.until(1);
    await pause();
    expect(received.values()).toEqual([{ type: "UPDATED", product: { title: "ONE" } }]);
    client.dispose();
  });

  it("tell of interactions that meet the filter, with what hangs off them", async () => {
    const { api_key } = await createOrganization();
    const { body } = await product(api_key, "Hat");
    const client = connect(api_key);
    const received = follow(client, 'subscription { interactionAdded(filter: { type: ["add_to_cart"] }) { type visitorId products { title } } }');
    await pause();
    await interactions(
      api_key,
      { type: "page_view", visitor_id: "v1" },
      { type: "add_to_cart", visitor_id: "v2", items: [{ product_id: body.id }] },
      { type: "click", visitor_id: "v3" },
      { type: "add_to_cart", visitor_id: "v4" },
    );
    await received.until(2);
    await pause();
    expect(received.values()).toMatchObject([
      { type: "add_to_cart", visitorId: "v2", products: [{ title: "Hat" }] },
      { type: "add_to_cart", visitorId: "v4", products: [] },
    ]);
    client.dispose();
  });

  it("resume after the last answer with no gap and no duplicate, also in the middle of a batch", async () => {
    const { api_key } = await createOrganization();
    const query = "subscription ($after: String) { interactionAdded(after: $after) { visitorId } }";
    const visitors = (received: Received): unknown[] => received.values().map((value) => (value as { visitorId: string }).visitorId);
    const batch = Array.from({ length: 150 }, (_value, index) => ({ type: "click", visitor_id: `v${index}` }));
    const first = connect(api_key);
    const before = follow(first, { query });
    await pause();
    await interactions(api_key, ...batch);
    await before.until(30);
    first.dispose();
    const after = sequences(before)[29]!;
    expect(after).toMatch(/^\d+\.30$/);
    await interactions(api_key, { type: "click", visitor_id: "between" });
    const second = connect(api_key);
    const resumed = follow(second, { query, variables: { after } });
    await interactions(api_key, { type: "click", visitor_id: "meanwhile" });
    await resumed.until(122);
    await pause();
    const seen = [...visitors(before).slice(0, 30), ...visitors(resumed)];
    expect(seen).toEqual([...batch.map(({ visitor_id }) => visitor_id), "between", "meanwhile"]);
    second.dispose();
  });

  it("resume while changes go on, over pages of the log", async () => {
    const { api_key } = await createOrganization();
    for (let first = 0; first < 250; first += 50) {
      const products = Array.from({ length: 50 }, (_value, index) => ({ name: String(first + index), sku: String(first + index) }));
      await send("POST", "/api/v1/products/batch", { key: api_key, body: { products } });
    }
    const client = connect(api_key);
    const received = follow(client, { query: PRODUCTS, variables: { after: "20" } });
    await Promise.all(Array.from({ length: 20 }, (_value, index) => product(api_key, `live ${index}`)));
    await received.until(250);
    await pause();
    expect(sequences(received)).toEqual(Array.from({ length: 250 }, (_value, index) => String(21 + index)));
    client.dispose();
  });

  it("show insights now and after the figures changed", async () => {
    const { api_key } = await createOrganization();
    const client = connect(api_key);
    const received = follow(client, "subscription { insightsUpdated { totals { interactions { value } } } }");
    await received.until(1);
    await interactions(api_key, { type: "page_view", visitor_id: "v1" });
    await received.until(2);
    await interactions(api_key, { type: "page_view", visitor_id: "v1" }, { type: "click", visitor_id: "v1" });
    await received.until(3);
    expect(received.values()).toEqual([0, 1, 3].map((value) => ({ totals: { interactions: { value } } })));
    client.dispose();
  });

  it("follow an export to its end and complete", async () => {
    const { api_key } = await createOrganization();
    await product(api_key, "A");
    const { body } = await send("POST", "/api/v1/exports", { key: api_key, body: { resource: "products", format: "csv" } });
    const client = connect(api_key);
    const received = follow(client, `subscription { exportProgress(id: "${String(body.id)}") { id status } }`);
    await received.untilOver();
    expect(received.error).toBeNull();
    expect(received.values().at(-1)).toMatchObject({ id: body.id, status: "SUCCEEDED" });
    client.dispose();
  });

  it("show use after requests, which showing it does not add to", async () => {
    const { api_key } = await createOrganization();
    const client = connect(api_key);
    const received = follow(client, "subscription { usageUpdated { totals { calls } } }");
    const calls = (): number => (received.values().at(-1) as { totals: { calls: number } }).totals.calls;
    await received.until(1);
    // The subscription itself is one use.
    await pause(2_500);
    const [answers, used] = [received.answers.length, calls()];
    await pause(1_500);
    expect(received.answers).toHaveLength(answers);
    await send("GET", "/api/v1/products", { key: api_key });
    await received.until(answers + 1);
    expect(calls()).toBe(used + 1);
    client.dispose();
  });

  it("tell nothing of another organization, and nothing after they are over", async () => {
    const [mine, other] = await Promise.all([createOrganization(), createOrganization()]);
    const client = connect(mine.api_key);
    const [received, stopped] = [follow(client, { query: PRODUCTS }), follow(client, { query: PRODUCTS })];
    await pause();
    await product(other.api_key, "theirs");
    await product(mine.api_key, "mine");
    await Promise.all([received.until(1), stopped.until(1)]);
    stopped.stop();
    await pause();
    await product(mine.api_key, "more");
    await received.until(2);
    await pause();
    expect(titles(received)).toEqual(["mine", "more"]);
    expect(titles(stopped)).toEqual(["mine"]);
    client.dispose();
  });

  it("follow the sandbox with a test key and tell nothing of live data", async () => {
    const { id, api_key } = await createOrganization();
    const { body } = await send("POST", "/api/v1/api-keys", {
      key: api_key,
      body: { name: "Test", scopes: ["products:read", "products:write"], environment: "test" },
    });
    const test_key = String(body.key);
    const client = connect(test_key);
    const received = follow(client, { query: PRODUCTS });
    await pause();
    await product(api_key, "live");
    await product(test_key, "test");
    await received.until(1);
    await evict(`${id}.test`);
    await product(test_key, "test again");
    await received.until(2);
    expect(titles(received)).toEqual(["test", "test again"]);
    client.dispose();
  });
});
