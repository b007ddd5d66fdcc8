import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { LiveRegistry } from "../../../src/actors/organization/live/live_registry.ts";
import type { LiveConnection } from "../../../src/actors/organization/live/live_socket.ts";
import type { OrganizationState } from "../../../src/actors/organization/state.ts";
import type { LiveFrame } from "../../../src/domain/live.ts";
import { createOrganization, send } from "../../support/api.ts";
import { executions, HubClient, speakTestLanguage } from "./hub_client.ts";

const product = (key: string, name: string): Promise<unknown> => send("POST", "/api/v1/products", { key, body: { name } });
const evict = (id: string): Promise<void> => evictDurableObject(env.ORGANIZATIONS.getByName(id));
const titles = (frames: LiveFrame[]): unknown[] => frames.map(({ payload }) => (JSON.parse(payload) as { data: { title: unknown } }).data.title);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function products(key: string, from: number, count: number): Promise<void> {
  for (let first = from; first < from + count; first += 50) {
    const batch = Array.from({ length: Math.min(50, from + count - first) }, (_value, index) => ({
      name: String(first + index),
      sku: String(first + index),
    }));
    await send("POST", "/api/v1/products/batch", { key, body: { products: batch } });
  }
}

/** Follows `behind` as the edge does, until it is live. */
async function catchUp(client: HubClient, after: string): Promise<LiveFrame[]> {
  const frames: LiveFrame[] = [];
  for (let place: string = after, resumed = false; ; resumed = true) {
    const n = client.subscribe({ types: ["product.*", "interaction.created"] }, place, resumed);
    const last = await Promise.race([client.until(n, "live"), client.until(n, "behind")]);
    frames.push(...client.of(n, "next"));
    if (last[0]!.kind === "live") return frames;
    place = last[0]!.id!;
  }
}

describe("the hub of live queries", () => {
  beforeAll(speakTestLanguage);

  it("tells events as they happen, also after the actor was evicted", async () => {
    const { id, api_key } = await createOrganization();
    const client = await HubClient.open(api_key);
    const n = client.subscribe({ types: ["product.*"] });
    await client.until(n, "live");
    await product(api_key, "A");
    await client.until(n, "next");
    await evict(id);
    await product(api_key, "B");
    await client.until(n, "next", 2);
    await evict(id);
    await product(api_key, "C");
    await product(api_key, "D");
    expect(titles(await client.until(n, "next", 4))).toEqual(["A", "B", "C", "D"]);
    client.close();
  });

  it("replays the log in pages, from a place in the middle of a batch too, and joins what is live with no gap and no duplicate", async () => {
    const { api_key } = await createOrganization();
    await products(api_key, 0, 230);
    const interactions = Array.from({ length: 150 }, () => ({ type: "click" }));
    await send("POST", "/api/v1/interactions", { key: api_key, body: { interactions } });
    const client = await HubClient.open(api_key);
    const writing = Promise.all(["x", "y", "z"].map((name) => product(api_key, name)));
    const frames = await catchUp(client, "0");
    await writing;
    await pause(50);
    const all = client.frames.filter(({ kind }) => kind === "next");
    expect(frames.length).toBeGreaterThanOrEqual(380);
    expect(all).toHaveLength(383);
    expect(new Set(all.map(({ id }) => id)).size).toBe(383);
    const middle = await catchUp(client, "231.100");
    expect(middle.slice(0, 50).map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_value, index) => `231.${101 + index}`));
    client.close();
  });

  it("tells who joins between a commit and its telling of it once", async () => {
    const { id, api_key } = await createOrganization();
    await product(api_key, "old");
    const [listener, client] = await Promise.all([HubClient.open(api_key), HubClient.open(api_key)]);
    await listener.until(listener.subscribe({ types: ["product.*"] }), "live");
    await runInDurableObject(env.ORGANIZATIONS.getByName(id), async (actor) => {
      const { opened } = actor as unknown as { opened: OrganizationState };
      const connections = [...actor.getConnections("live")] as LiveConnection[];
      opened.transaction((now) => opened.core.journal.append("product.created", "prd_a", { title: "A" }, now));
      // Nothing was told yet: that comes after this turn.
      for (const connection of connections) {
        const query = JSON.stringify({ types: ["product.*"] });
        const document = { query, operation_name: null, variables: {}, kind: "subscription", operations: [], cost: 1 };
        const request = { type: "subscribe", n: 9, document, identity: query, after: "0", resumed: true };
        await opened.live.receive(connection, JSON.stringify(request), () => Promise.reject(new Error("not asked")));
      }
    });
    await client.until(9, "live");
    await product(api_key, "B");
    expect(titles(await client.until(9, "next", 3))).toEqual(["old", "A", "B"]);
    expect(titles(await listener.until(1, "next", 2))).toEqual(["A", "B"]);
    await pause(50);
    expect([client.of(9, "next"), listener.of(1, "next"), listener.of(9, "next")].map((frames) => frames.length)).toEqual([3, 2, 3]);
    listener.close();
    client.close();
  });

  it("tells as many events at once as fit on a page, and lets who is told more come for it", async () => {
    const { api_key } = await createOrganization();
    const client = await HubClient.open(api_key);
    const n = client.subscribe({ types: ["interaction.created"] });
    await client.until(n, "live");
    const ingest = (count: number): Promise<unknown> =>
      send("POST", "/api/v1/interactions", { key: api_key, body: { interactions: Array.from({ length: count }, () => ({ type: "click" })) } });
    await ingest(100);
    await client.until(n, "next", 100);
    await ingest(1);
    await client.until(n, "next", 101);
    expect(client.of(n, "behind")).toEqual([]);
    await ingest(250);
    const [behind] = await client.until(n, "behind");
    expect(client.of(n, "next")).toHaveLength(201);
    expect(behind!.id).toBe("3.100");
    client.close();
  });

  it("makes the answers to one event once for a thousand sockets", async () => {
    const { id, api_key } = await createOrganization();
    const clients = await Promise.all(Array.from({ length: 1_000 }, () => HubClient.open(api_key)));
    await Promise.all(clients.map((client) => client.until(client.subscribe({ types: ["product.*"] }), "live")));
    const before = executions.tell;
    await product(api_key, "one");
    await Promise.all(clients.map((client) => client.until(1, "next")));
    expect(executions.tell - before).toBe(1);
    await evict(id);
    await product(api_key, "two");
    await Promise.all(clients.map((client) => client.until(1, "next", 2)));
    expect(executions.tell - before).toBe(2);
    for (const client of clients) client.close();
  });

  it("reads a page once for all who catch up from the same place", async () => {
    const { api_key } = await createOrganization();
    await products(api_key, 0, 150);
    const clients = await Promise.all(Array.from({ length: 50 }, () => HubClient.open(api_key)));
    const before = executions.tell;
    await Promise.all(clients.map((client) => catchUp(client, "0")));
    // 150 events at 25 in one execution.
    expect(executions.tell - before).toBeLessThanOrEqual(2 * 6);
    for (const client of clients) client.close();
  });

  it("tells a state at once, then after changes, the latest only and no more often than its interval", async () => {
    const { api_key } = await createOrganization();
    const client = await HubClient.open(api_key);
    const n = client.subscribe({ kind: "state", types: ["product.*"], interval_ms: 400 });
    await client.until(n, "live");
    const count = ({ payload }: LiveFrame): number => (JSON.parse(payload) as { data: { count: number } }).data.count;
    expect(client.of(n, "next").map(count)).toEqual([0]);
    await product(api_key, "0");
    await client.until(n, "next", 2);
    for (let index = 1; index < 20; index++) await product(api_key, String(index));
    await expect.poll(() => count(client.of(n, "next").at(-1)!), { timeout: 5_000 }).toBe(20);
    expect(client.of(n, "next").length).toBeLessThanOrEqual(5);
    client.close();
  });

  it("shows a state once for all who come while nothing happens", async () => {
    const { api_key } = await createOrganization();
    const clients = await Promise.all(Array.from({ length: 30 }, () => HubClient.open(api_key)));
    const before = executions.show;
    const first = clients[0]!.subscribe({ kind: "state" });
    await clients[0]!.until(first, "live");
    await Promise.all(clients.slice(1).map((client) => client.until(client.subscribe({ kind: "state" }), "live")));
    expect(executions.show - before).toBe(1);
    for (const client of clients) client.close();
  });

  it("tells of use after requests, and does not use itself up", async () => {
    const { api_key } = await createOrganization();
    const client = await HubClient.open(api_key);
    const n = client.subscribe({ kind: "state", types: ["none.none"], follows_usage: true, interval_ms: 50 });
    await client.until(n, "live");
    await pause(300);
    const quiet = client.of(n, "next").length;
    await pause(300);
    expect(client.of(n, "next")).toHaveLength(quiet);
    await send("GET", "/api/v1/products", { key: api_key });
    await client.until(n, "next", quiet + 1);
    await pause(300);
    expect(client.of(n, "next")).toHaveLength(quiet + 1);
    client.close();
  });

  it("ends a subscription with its last answer", async () => {
    const { api_key } = await createOrganization();
    const client = await HubClient.open(api_key);
    const n = client.subscribe({ types: ["product.*"], last: "product.deleted" });
    await client.until(n, "live");
    const { body } = await send("POST", "/api/v1/products", { key: api_key, body: { name: "A" } });
    await send("DELETE", `/api/v1/products/${String(body.id)}`, { key: api_key });
    await client.until(n, "complete");
    await product(api_key, "B");
    await pause(50);
    expect(client.of(n, "next", "complete").map(({ kind }) => kind)).toEqual(["next", "next", "complete"]);
    client.close();
  });

  it("refuses what the log no longer has, a place that is none, and a scope that is missing", async () => {
    const { id, api_key } = await createOrganization();
    await products(api_key, 0, 5);
    await runInDurableObject(env.ORGANIZATIONS.getByName(id), (_actor, state) => state.storage.sql.exec("DELETE FROM events WHERE seq < 4"));
    const client = await HubClient.open(api_key);
    const failure = async (n: number): Promise<unknown> => JSON.parse((await client.until(n, "refused"))[0]!.payload);
    const gone = { code: "GONE", details: { oldest_sequence: 4, latest_sequence: 5 } };
    expect(await failure(client.subscribe({}, "2"))).toMatchObject(gone);
    expect(await failure(client.subscribe({}, "3.1"))).toMatchObject(gone);
    expect(await failure(client.subscribe({}, "6"))).toMatchObject(gone);
    expect(await failure(client.subscribe({}, "yesterday"))).toMatchObject({ code: "VALIDATION_ERROR", details: { field: "after" } });
    const { body } = await send("POST", "/api/v1/api-keys", { key: api_key, body: { name: "Narrow", scopes: ["exports:read"] } });
    const narrow = await HubClient.open(String(body.key));
    const n = narrow.subscribe({});
    expect(JSON.parse((await narrow.until(n, "refused"))[0]!.payload)).toMatchObject({
      code: "FORBIDDEN",
      details: { required_scope: "products:read" },
    });
    expect(narrow.closed).toBeNull();
    await client.until(client.subscribe({}, "3"), "live");
    client.close();
    narrow.close();
  });

  it("forgets subscriptions that nobody follows any more", async () => {
    const { id, api_key } = await createOrganization();
    const stored = (): Promise<number> =>
      runInDurableObject(
        env.ORGANIZATIONS.getByName(id),
        (_actor, state) => state.storage.sql.exec<{ n: number }>("SELECT count(*) AS n FROM live_queries").one().n,
      );
    const [one, two] = await Promise.all([HubClient.open(api_key), HubClient.open(api_key)]);
    await one.until(one.subscribe({ types: ["product.*"] }), "live");
    await two.until(two.subscribe({ types: ["product.created"] }), "live");
    expect(await stored()).toBe(2);
    two.close();
    await pause(50);
    await evict(id);
    await product(api_key, "A");
    await one.until(1, "next");
    expect(await stored()).toBe(1);
    one.close();
  });

  it("tells once a day how far a quiet subscription has come, so that it can go on when the log before that is gone", async () => {
    const { id, api_key } = await createOrganization();
    const client = await HubClient.open(api_key);
    const n = client.subscribe({ types: ["export.*"] });
    await client.until(n, "live");
    await products(api_key, 0, 5);
    await runInDurableObject(env.ORGANIZATIONS.getByName(id), (_actor, state) =>
      state.storage.sql.exec("UPDATE jobs SET run_at = 1 WHERE kind = 'maintenance.daily'"),
    );
    await runDurableObjectAlarm(env.ORGANIZATIONS.getByName(id));
    await expect.poll(() => client.of(n, "live").at(-1)!.id).toBe("5");
    client.close();
  });

  it("accepts no more sockets than it can hold", async () => {
    const { api_key } = await createOrganization();
    const size = vi.spyOn(LiveRegistry.prototype, "size", "get").mockReturnValue(10_000);
    await expect(HubClient.open(api_key)).rejects.toThrow("UNAVAILABLE");
    size.mockReturnValue(9_999);
    (await HubClient.open(api_key)).close();
    size.mockRestore();
  });

  it("tells nothing of another organization", async () => {
    const [mine, other] = await Promise.all([createOrganization(), createOrganization()]);
    const client = await HubClient.open(mine.api_key);
    const n = client.subscribe({});
    await client.until(n, "live");
    await product(other.api_key, "theirs");
    await product(mine.api_key, "mine");
    expect(titles(await client.until(n, "next"))).toEqual(["mine"]);
    client.close();
  });
});

describe("the hub under another schema than the edge's", () => {
  it("validates again what the edge found valid", async () => {
    vi.restoreAllMocks();
    const { api_key } = await createOrganization();
    const client = await HubClient.open(api_key, "another schema");
    const n = client.subscribeTo("subscription { productRenamed { id } }");
    expect(JSON.parse((await client.until(n, "error"))[0]!.payload)).toMatchObject([{ extensions: { code: "VALIDATION_ERROR" } }]);
    await client.until(client.subscribeTo("subscription { productChanged { productId } }"), "live");
    client.close();
  });
});
