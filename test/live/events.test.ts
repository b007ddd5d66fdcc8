import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createOrganization, send, type ErrorBody, type TestOrganization } from "../support/api.ts";
import { EventStream } from "./event_stream.ts";

const product = (key: string, name: string): Promise<unknown> => send("POST", "/api/v1/products", { key, body: { name } });
const titles = (events: { data: string }[]): string[] => events.map(({ data }) => (JSON.parse(data) as { data: { title: string } }).data.title);

describe("the event stream", () => {
  it("tells of changes as they commit, with ids that grow", async () => {
    const { api_key } = await createOrganization();
    const stream = await EventStream.open(api_key);
    expect(stream.response.headers.get("Content-Type")).toContain("text/event-stream");
    await stream.until(1, "ready");
    await product(api_key, "A");
    await product(api_key, "B");
    const events = await stream.until(2);
    expect(events.map(({ event }) => event)).toEqual(["product.created", "product.created"]);
    expect(titles(events)).toEqual(["A", "B"]);
    expect(Number(events[1]!.id)).toBe(Number(events[0]!.id) + 1);
    await stream.close();
  });

  it("goes on after the actor was evicted under it", async () => {
    const { id, api_key } = await createOrganization();
    const stream = await EventStream.open(api_key);
    await product(api_key, "before");
    await stream.until(1);
    await evictDurableObject(env.ORGANIZATIONS.getByName(id));
    await product(api_key, "after");
    expect(titles(await stream.until(2))).toEqual(["before", "after"]);
    await stream.close();
  });

  it("resumes after Last-Event-ID with no gap and no duplicate, also while changes go on", async () => {
    const { api_key } = await createOrganization();
    const first = await EventStream.open(api_key);
    await product(api_key, "0");
    const [{ id = "" }] = (await first.until(1)) as [(typeof first.events)[number]];
    await first.close();
    for (let index = 1; index <= 250; index += 50) {
      const products = Array.from({ length: 50 }, (_value, offset) => ({ name: String(index + offset), sku: String(index + offset) }));
      await send("POST", "/api/v1/products/batch", { key: api_key, body: { products } });
    }
    const opening = EventStream.open(api_key, "", { "Last-Event-ID": id });
    const writing = Promise.all([product(api_key, "x1"), product(api_key, "x2")]);
    const stream = await opening;
    await writing;
    const events = await stream.until(252);
    const wanted = [...Array.from({ length: 250 }, (_value, index) => String(index + 1)), "x1", "x2"];
    expect(titles(events).toSorted()).toEqual(wanted.toSorted());
    expect(events.map((event) => Number(event.id))).toEqual(events.map((_event, index) => Number(id) + 1 + index));
    await stream.close();
  });

  it("tells a batch of interactions one by one and resumes in its middle", async () => {
    const { api_key } = await createOrganization();
    const stream = await EventStream.open(api_key, "?types=interaction.created");
    const interactions = ["page_view", "search", "click"].map((type) => ({ type }));
    await send("POST", "/api/v1/interactions", { key: api_key, body: { interactions } });
    const events = await stream.until(3);
    const types = (messages: { data: string }[]): string[] => messages.map(({ data }) => (JSON.parse(data) as { data: { type: string } }).data.type);
    expect(types(events)).toEqual(["page_view", "search", "click"]);
    await stream.close();
    const resumed = await EventStream.open(api_key, "?types=interaction.*", { "Last-Event-ID": events[0]!.id! });
    expect(types(await resumed.until(2))).toEqual(["search", "click"]);
    await resumed.close();
  });

  it("does not tell of history that is imported, nor of persons that were erased", async () => {
    const { api_key } = await createOrganization();
    await send("POST", "/api/v1/interactions", {
      key: api_key,
      body: {
        interactions: [
          { type: "click", visitor_id: "gone" },
          { type: "click", visitor_id: "stays" },
        ],
      },
    });
    await send("POST", "/api/v1/interactions", {
      key: api_key,
      body: { backfill: true, interactions: [{ type: "search", occurred_at: "2020-01-01T00:00:00Z" }] },
    });
    await send("POST", "/api/v1/interactions/erase", { key: api_key, body: { visitor_id: "gone" } });
    const stream = await EventStream.open(api_key, "?types=interaction.created&after=0");
    const events = await stream.until(1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(stream.events.filter(({ event }) => event === "interaction.created")).toHaveLength(1);
    expect(JSON.stringify(events)).toContain("stays");
    await stream.close();
  });

  it("filters by type and by family", async () => {
    const { api_key } = await createOrganization();
    const stream = await EventStream.open(api_key, "?types=export.*,product.deleted");
    const { body } = await send("POST", "/api/v1/products", { key: api_key, body: { name: "X" } });
    await send("DELETE", `/api/v1/products/${String(body.id)}`, { key: api_key });
    await send("POST", "/api/v1/exports", { key: api_key, body: { resource: "products", format: "csv" } });
    expect((await stream.until(2)).map(({ event }) => event).slice(0, 2)).toEqual(["product.deleted", "export.created"]);
    await stream.close();
  });

  it("says resync when the log no longer reaches back, then goes on live", async () => {
    const { id, api_key } = await createOrganization();
    for (let index = 0; index < 5; index++) await product(api_key, String(index));
    await runInDurableObject(env.ORGANIZATIONS.getByName(id), (_actor, state) => state.storage.sql.exec("DELETE FROM events WHERE seq < 4"));
    const stream = await EventStream.open(api_key, "", { "Last-Event-ID": "1" });
    const [resync] = await stream.until(1, "resync");
    expect(JSON.parse(resync!.data)).toEqual({ oldest_sequence: 4, latest_sequence: 5 });
    await product(api_key, "live");
    expect(titles(await stream.until(1, "product.created"))).toEqual(["live"]);
    await stream.close();
  });

  it("ends when its key is revoked, and is refused without the scope", async () => {
    const { api_key } = await createOrganization();
    const make = (scopes: string[]): Promise<TestOrganization & { key: string }> =>
      send<TestOrganization & { key: string }>("POST", "/api/v1/api-keys", { key: api_key, body: { name: "Stream", scopes } }).then(
        ({ body }) => body,
      );
    const reader = await make(["events:read"]);
    const stream = await EventStream.open(reader.key);
    await stream.until(1, "ready");
    await send("DELETE", `/api/v1/api-keys/${reader.id}`, { key: api_key });
    await stream.untilEnd();
    const other = await make(["products:read"]);
    expect((await send<ErrorBody>("GET", "/api/v1/events", { key: other.key })).status).toBe(403);
  });

  it("refuses types that there are not, with those that there are", async () => {
    const { api_key } = await createOrganization();
    const refused = async (types: string): Promise<ErrorBody["error"]> =>
      (await send<ErrorBody>("GET", `/api/v1/events?types=${types}`, { key: api_key })).body.error;
    for (const types of ["Nonsense", "foo.bar", "foo.*", "member.erased", "signing_key.created"]) {
      const { details } = await refused(`product.*,${types}`);
      expect(details.field).toBe("types.1");
      expect(details.expected).toMatch(/^one of: \*, .*webhook\.disabled, .*interaction\.created/);
    }
    expect((await refused("interaction.purchase")).details).toEqual({ field: "types.0", expected: "interaction.created, looking at data.type" });
  });

  it("is a page of JSON for who asks for JSON", async () => {
    const { api_key } = await createOrganization();
    await product(api_key, "A");
    await product(api_key, "B");
    const headers = { Accept: "application/json" };
    const first = await send<{ data: { id: string; type: string }[]; last_id: string }>("GET", "/api/v1/events?types=product.*&limit=1", {
      key: api_key,
      headers,
    });
    expect(first.body.data).toMatchObject([{ id: "1", type: "product.created" }]);
    const second = await send<{ data: { id: string }[] }>("GET", `/api/v1/events?after=${first.body.last_id}`, { key: api_key, headers });
    expect(second.body.data.map(({ id }) => id)).toEqual(["2"]);
  });
});

describe("the audit log", () => {
  it("has who did it by the name that they have now", async () => {
    const { api_key, api_key_id } = await createOrganization();
    await product(api_key, "A");
    await send("PATCH", `/api/v1/api-keys/${api_key_id}`, { key: api_key, body: { name: "Import" } });
    const log = await send<{ data: { type: string; principal: unknown }[] }>("GET", "/api/v1/audit-log", { key: api_key });
    const principal = { kind: "api_key", id: api_key_id, name: "Import", account_id: null, account_name: null };
    expect(log.body.data.map((entry) => [entry.type, entry.principal])).toEqual([
      ["api_key.updated", principal],
      ["product.created", principal],
    ]);
  });

  it("has who changed what, before and after, and no secret", async () => {
    const { api_key, api_key_id } = await createOrganization();
    const { body } = await send("POST", "/api/v1/products", { key: api_key, body: { name: "Old" } });
    await send("PATCH", `/api/v1/products/${String(body.id)}`, { key: api_key, body: { name: "New" }, headers: { "X-Request-Id": "change-1" } });
    const made = await send<{ key: string }>("POST", "/api/v1/api-keys", { key: api_key, body: { name: "K", scopes: ["products:read"] } });
    const log = await send<{ data: Record<string, unknown>[] }>("GET", `/api/v1/audit-log?subject=${String(body.id)}`, { key: api_key });
    expect(log.body.data[0]).toMatchObject({
      type: "product.updated",
      operation: "products.update",
      protocol: "rest/v1",
      request_id: "change-1",
      principal: { kind: "api_key", id: api_key_id },
      before: { title: "Old" },
      after: { title: "New" },
    });
    const all = await send("GET", "/api/v1/audit-log", { key: api_key });
    expect(JSON.stringify(all.body)).toContain("api_key.created");
    expect(JSON.stringify(all.body)).not.toContain(made.body.key);
    expect(JSON.stringify(all.body)).not.toContain("secret_hash");
  });
});
