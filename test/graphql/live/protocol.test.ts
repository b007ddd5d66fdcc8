import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createOrganization, send } from "../../support/api.ts";
import { pause } from "./clients.ts";
import { RawSocket } from "./raw_socket.ts";

const PRODUCTS = "subscription { productChanged { productId } }";

describe("graphql-transport-ws", () => {
  it("closes with 4409 when an id is used twice at a time, and takes it again when it is free", async () => {
    const { api_key } = await createOrganization();
    const raw = await RawSocket.joined(api_key);
    raw.subscribe("a", PRODUCTS);
    raw.send({ id: "a", type: "complete" });
    raw.subscribe("a", PRODUCTS);
    raw.subscribe("q", "{ products { id } }");
    await raw.until("complete", 1, "q");
    raw.subscribe("q", "{ products { id } }");
    await raw.until("complete", 2, "q");
    expect(raw.closed).toBeNull();
    raw.subscribe("a", PRODUCTS);
    expect(await raw.untilClosed()).toEqual({ code: 4409, reason: "Subscriber for a already exists" });
  });

  it.each([
    ["no JSON", "{"],
    ["no object", "[]"],
    ["no type", "{}"],
    ["an unknown type", '{"type":"start"}'],
    ["a type that servers send", '{"type":"connection_ack"}'],
    ["another such type", '{"id":"a","type":"next","payload":{}}'],
    ["no id", JSON.stringify({ type: "subscribe", payload: { query: PRODUCTS } })],
    ["an empty id", JSON.stringify({ id: "", type: "subscribe", payload: { query: PRODUCTS } })],
    ["a long id", JSON.stringify({ id: "x".repeat(129), type: "subscribe", payload: { query: PRODUCTS } })],
    ["no query", JSON.stringify({ id: "a", type: "subscribe", payload: {} })],
    ["variables that are a list", JSON.stringify({ id: "a", type: "subscribe", payload: { query: PRODUCTS, variables: [] } })],
  ])("closes with 4400 for %s", async (_what, message) => {
    const { api_key } = await createOrganization();
    const raw = await RawSocket.joined(api_key);
    raw.send(message);
    expect((await raw.untilClosed()).code).toBe(4400);
  });

  it("closes with 4400 for a binary message and with 1009 for one of more than 1 MiB", async () => {
    const { api_key } = await createOrganization();
    const binary = await RawSocket.joined(api_key);
    binary.socket.send(new TextEncoder().encode('{"type":"ping"}'));
    expect((await binary.untilClosed()).code).toBe(4400);
    const large = await RawSocket.joined(api_key);
    large.subscribe("a", `{ ${"x".repeat(1_048_576)} }`);
    expect((await large.untilClosed()).code).toBe(1009);
    const umlauts = await RawSocket.joined(api_key);
    umlauts.subscribe("a", `{ ${"ü".repeat(524_288)} }`);
    expect((await umlauts.untilClosed()).code).toBe(1009);
    const allowed = await RawSocket.joined(api_key);
    allowed.subscribe("a", `{ ${"x".repeat(1_048_000)} }`);
    await allowed.until("error", 1, "a");
    allowed.close();
  });

  it("answers pings at any time, with their payload", async () => {
    const raw = await RawSocket.open();
    raw.send({ type: "ping" });
    raw.send({ type: "ping", payload: { mine: 1 } });
    expect(await raw.until("pong", 2)).toEqual([{ type: "pong" }, { type: "pong", payload: { mine: 1 } }]);
    raw.send({ type: "pong" });
    await pause(20);
    expect(raw.closed).toBeNull();
    raw.close();
  });

  it("tells of a document that is wrong, keeps the connection, and frees the id", async () => {
    const { api_key } = await createOrganization();
    const raw = await RawSocket.joined(api_key);
    raw.subscribe("a", "subscription { nonsense }");
    expect((await raw.until("error", 1, "a"))[0]!.payload).toMatchObject([
      { message: expect.stringContaining("nonsense"), extensions: { code: "VALIDATION_ERROR" } },
    ]);
    raw.subscribe("a", "subscription {");
    await raw.until("error", 2, "a");
    raw.subscribe("a", 'subscription { productChanged(after: "yesterday") { productId } }');
    expect((await raw.until("error", 3, "a"))[2]!.payload).toMatchObject([{ extensions: { code: "VALIDATION_ERROR", details: { field: "after" } } }]);
    raw.subscribe("a", 'subscription { productChanged(after: "99") { productId } }');
    expect((await raw.until("error", 4, "a"))[3]!.payload).toMatchObject([{ extensions: { code: "GONE", details: { latest_sequence: 0 } } }]);
    expect(JSON.stringify(raw.messages)).not.toContain('"http"');
    raw.subscribe("a", "{ products { id } }");
    await raw.until("complete", 1, "a");
    raw.close();
  });

  it("refuses a subscription whose scope is missing and keeps the connection", async () => {
    const { api_key } = await createOrganization();
    const { body } = await send("POST", "/api/v1/api-keys", { key: api_key, body: { name: "Narrow", scopes: ["exports:read"] } });
    const raw = await RawSocket.joined(String(body.key));
    raw.subscribe("a", PRODUCTS);
    expect((await raw.until("error"))[0]!.payload).toMatchObject([
      { extensions: { code: "FORBIDDEN", details: { required_scope: "products:read" } } },
    ]);
    raw.subscribe("b", 'subscription { exportProgress(id: "exp_01jd0000000000000000000000") { id } }');
    expect((await raw.until("next", 1, "b"))[0]!.payload).toMatchObject({ errors: [{ extensions: { code: "NOT_FOUND" } }] });
    await raw.until("complete", 1, "b");
    raw.close();
  });

  it("holds fifty subscriptions on a connection and says so to the next", async () => {
    const { api_key } = await createOrganization();
    const raw = await RawSocket.joined(api_key);
    for (let index = 0; index < 51; index++) raw.subscribe(String(index), PRODUCTS);
    expect((await raw.until("error"))[0]).toMatchObject({ id: "50", payload: [{ extensions: { code: "CONFLICT", details: { limit: 50 } } }] });
    await pause(200);
    await send("POST", "/api/v1/products", { key: api_key, body: { name: "A" } });
    await raw.until("next", 50);
    raw.send({ id: "7", type: "complete" });
    raw.subscribe("again", PRODUCTS);
    await pause(200);
    await send("POST", "/api/v1/products", { key: api_key, body: { name: "B" } });
    await raw.until("next", 100);
    expect(raw.of("next", "7")).toHaveLength(1);
    expect(raw.of("next", "again")).toHaveLength(1);
    raw.close();
  });

  it("runs queries and mutations, with their errors, beside subscriptions", async () => {
    const { api_key } = await createOrganization();
    const raw = await RawSocket.joined(api_key);
    raw.subscribe("s", "subscription { productChanged { product { title } } }");
    await pause();
    raw.subscribe("m", 'mutation { createProduct(input: { title: "Hat" }) { id title } }');
    expect((await raw.until("next", 1, "m"))[0]!.payload).toMatchObject({
      data: { createProduct: { title: "Hat" } },
      extensions: { cost: { charged: 1 } },
    });
    await raw.until("complete", 1, "m");
    expect((await raw.until("next", 1, "s"))[0]!.payload).toMatchObject({ data: { productChanged: { product: { title: "Hat" } } } });
    raw.subscribe("q", "{ products { title } }");
    expect((await raw.until("next", 1, "q"))[0]!.payload).toMatchObject({ data: { products: [{ title: "Hat" }] } });
    raw.subscribe("e", 'mutation { createProduct(input: { title: "" }) { id } }');
    expect((await raw.until("next", 1, "e"))[0]!.payload).toMatchObject({
      data: { createProduct: null },
      errors: [{ extensions: { code: "VALIDATION_ERROR" } }],
    });
    const audit = await send<{ data: { protocol: string; operation: string }[] }>("GET", "/api/v1/audit-log", { key: api_key });
    expect(audit.body.data[0]).toMatchObject({ protocol: "graphql", operation: "products.create" });
    raw.close();
  });

  it("runs at most twenty queries at a time", async () => {
    const { api_key } = await createOrganization();
    const raw = await RawSocket.joined(api_key);
    for (let index = 0; index < 40; index++) raw.subscribe(String(index), "{ products { id } }");
    await expect.poll(() => raw.of("complete").length + raw.of("error").length, { timeout: 5_000 }).toBe(40);
    expect(raw.of("error").length).toBeGreaterThan(0);
    for (const { payload } of raw.of("error")) expect(payload).toMatchObject([{ extensions: { code: "CONFLICT", details: { limit: 20 } } }]);
    expect(raw.of("complete").length).toBeGreaterThanOrEqual(20);
    raw.close();
  });

  it("takes operations that are named by hash, and where only registered ones run refuses all others", async () => {
    const { id, api_key } = await createOrganization();
    const sha256 = createHash("sha256").update(PRODUCTS).digest("hex");
    const raw = await RawSocket.joined(api_key);
    const byHash = (name: string): void =>
      raw.send({ id: name, type: "subscribe", payload: { query: "", extensions: { persistedQuery: { version: 1, sha256Hash: sha256 } } } });
    byHash("a");
    expect((await raw.until("error", 1, "a"))[0]!.payload).toMatchObject([{ message: "PersistedQueryNotFound" }]);
    raw.send({ id: "a", type: "subscribe", payload: { query: PRODUCTS, extensions: { persistedQuery: { version: 1, sha256Hash: sha256 } } } });
    byHash("b");
    await pause();
    await send("POST", "/api/v1/products", { key: api_key, body: { name: "A" } });
    await raw.until("next", 2);
    const settings = await send("PATCH", `/api/v1/organizations/${id}`, { key: api_key, body: { settings: { persisted_operations_only: true } } });
    expect(settings.status).toBe(200);
    byHash("c");
    expect((await raw.until("error", 1, "c"))[0]!.payload).toMatchObject([{ extensions: { code: "FORBIDDEN", details: { sha256 } } }]);
    raw.close();
  });

  it("tells of an answer that is too long instead of sending it", async () => {
    const { api_key } = await createOrganization();
    const raw = await RawSocket.joined(api_key);
    const external_ids = Array.from({ length: 150 }, (_value, index) => `p${index}`);
    const products = external_ids.map((external_id) => ({ title: external_id, external_id, description: "x".repeat(8_000) }));
    for (const start of [0, 50, 100])
      await send("POST", "/api/v2/products/batch", { key: api_key, body: { products: products.slice(start, start + 50) } });
    raw.subscribe("a", "subscription { interactionAdded { products { description } } }");
    await pause();
    const interaction = { type: "view_item", items: external_ids.map((external_id) => ({ external_id })) };
    await send("POST", "/api/v2/interactions", { key: api_key, body: { interactions: [interaction] } });
    const [answer] = await raw.until("next");
    expect(answer!.payload).toMatchObject({
      data: null,
      errors: [{ extensions: { code: "PAYLOAD_TOO_LARGE", details: { limit_characters: 1_048_576 } } }],
    });
    raw.close();
  });

  it("takes what a subscription costs from the bucket, and refuses when that is empty", async () => {
    const { api_key } = await createOrganization();
    const { body } = await send("POST", "/api/v1/api-keys", {
      key: api_key,
      body: { name: "Small", scopes: ["products:read"], rate_limit: { per_minute: 3 } },
    });
    // Connecting takes one.
    const raw = await RawSocket.joined(String(body.key));
    raw.subscribe("a", PRODUCTS);
    raw.subscribe("b", PRODUCTS);
    raw.subscribe("c", PRODUCTS);
    expect((await raw.until("error"))[0]).toMatchObject({ id: "c", payload: [{ extensions: { code: "RATE_LIMITED" } }] });
    raw.subscribe("d", "{ products { id } }");
    expect((await raw.until("error", 1, "d"))[0]!.payload).toMatchObject([{ extensions: { code: "RATE_LIMITED" } }]);
    raw.close();
  });

  it("takes it once, however many pages of the log a subscription reads", async () => {
    const { api_key } = await createOrganization();
    for (const start of [0, 100, 200, 300]) {
      const products = Array.from({ length: 100 }, (_value, index) => ({ title: "A", sku: String(start + index) }));
      await send("POST", "/api/v2/products/batch", { key: api_key, body: { products } });
    }
    const { body } = await send("POST", "/api/v1/api-keys", {
      key: api_key,
      body: { name: "Small", scopes: ["products:read"], rate_limit: { per_minute: 2 } },
    });
    const raw = await RawSocket.joined(String(body.key));
    raw.subscribe("a", 'subscription { productChanged(after: "0") { productId } }');
    await raw.until("next", 400);
    expect(raw.of("error")).toEqual([]);
    raw.close();
  });
});
