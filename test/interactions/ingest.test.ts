import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { createOrganization, send, type ErrorBody } from "../support/api.ts";

let key: string;
beforeAll(async () => {
  key = (await createOrganization()).api_key;
});

interface IngestBody {
  accepted: number;
  duplicates: number;
  rejected: number;
  results: { index: number; status: string; id?: string; late?: boolean; error?: { details: { field: string; expected: string } } }[];
}

const ingest = (body: unknown, to = key): Promise<{ status: number; body: IngestBody & ErrorBody }> =>
  send<IngestBody & ErrorBody>("POST", "/api/v1/interactions", { key: to, body });
const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

describe("ingest", () => {
  it("takes a bare interaction and shows it under its id in both versions", async () => {
    const sent = await ingest({
      type: "purchase",
      visitor_id: "v1",
      value: "19.99",
      currency: "EUR",
      items: [{ sku: "A", quantity: 2, price: "9.99" }],
    });
    expect(sent.status).toBe(201);
    expect(sent.body).toMatchObject({ accepted: 1, duplicates: 0, rejected: 0 });
    const { id } = sent.body.results[0]!;
    const v1 = await send("GET", `/api/v1/interactions/${id}`, { key });
    expect(v1.body).toMatchObject({
      type: "purchase",
      value: "19.99",
      currency: "EUR",
      visitor_id: "v1",
      items: [{ sku: "A", quantity: 2, price: "9.99", currency: "EUR" }],
    });
    const v2 = await send("GET", `/api/v2/interactions/${id}`, { key });
    expect(v2.body).toMatchObject({ value: { amount: 1999, currency: "EUR" }, items: [{ price: { amount: 999, currency: "EUR" } }] });
  });

  it("answers every item: accepted, duplicate or rejected with the path to the bad field", async () => {
    const { status, body } = await ingest({
      interactions: [
        { event_id: "a", type: "view_item", items: [{ external_id: "1" }] },
        { event_id: "a", type: "view_item" },
        { event_id: "b", type: "dance" },
        { event_id: "c", type: "purchase", items: [{ external_id: "1", price: "12,50" }], currency: "EUR" },
        { event_id: "d", type: "view_item", items: [{ quantity: 1 }] },
        { event_id: "e", type: "search", colour: "red" },
        "nonsense",
      ],
    });
    expect(status).toBe(201);
    expect(body.results.map(({ status: result }) => result)).toEqual([
      "accepted",
      "duplicate",
      "rejected",
      "rejected",
      "rejected",
      "rejected",
      "rejected",
    ]);
    expect(body.results.slice(2).map(({ error }) => error!.details.field)).toEqual([
      "interactions.2.type",
      "interactions.3.items.0.price",
      "interactions.4.items.0.external_id",
      "interactions.5.colour",
      "interactions.6",
    ]);
    expect(body.results[3]!.error!.details.expected).toContain("decimal");
  });

  it("knows a duplicate across requests by the first one's id, also in many concurrent ones", async () => {
    const { api_key } = await createOrganization();
    const replies = await Promise.all(Array.from({ length: 8 }, () => ingest({ event_id: "same", type: "click" }, api_key)));
    const results = replies.map(({ body }) => body.results[0]!);
    expect(results.filter(({ status }) => status === "accepted")).toHaveLength(1);
    expect(new Set(results.map(({ id }) => id)).size).toBe(1);
    const list = await send<{ data: unknown[] }>("GET", "/api/v1/interactions?event_id=same", { key: api_key });
    expect(list.body.data).toHaveLength(1);
  });

  it("fails a request of which nothing is good with the mission's error, and stores nothing", async () => {
    const { status, body } = await ingest({ type: "dance" });
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: "VALIDATION_ERROR", details: { field: "interactions.0.type" } });
    const many = await ingest({ interactions: [{ type: "dance" }, { type: "sing" }] });
    expect(many.status).toBe(400);
    expect(many.body.error.details.results).toHaveLength(2);
  });

  it.each([
    ["no interactions", { interactions: [] }, "interactions"],
    ["more than 1,000", { interactions: Array.from({ length: 1_001 }, () => ({ type: "click" })) }, "interactions"],
    ["an unknown field beside them", { interactions: [{ type: "click" }], batch: 1 }, "batch"],
  ])("refuses %s", async (_what, body, field) => {
    const reply = await ingest(body);
    expect([reply.status, reply.body.error.details.field]).toEqual([400, field]);
  });

  it("maps other trackers' names to the canonical ones", async () => {
    const { api_key } = await createOrganization();
    await ingest({ interactions: ["view", "product_view", "cart", "Order Completed", "custom:wishlist"].map((type) => ({ type })) }, api_key);
    const list = await send<{ data: { type: string }[] }>("GET", "/api/v1/interactions?sort=received_at", { key: api_key });
    expect(list.body.data.map(({ type }) => type)).toEqual(["view_item", "view_item", "add_to_cart", "purchase", "custom:wishlist"]);
  });

  it("corrects a wrong clock, flags what is late, refuses what is far ahead", async () => {
    const skewed = await ingest({ sent_at: minutesAgo(120), interactions: [{ type: "click", occurred_at: minutesAgo(125) }] });
    const shown = await send("GET", `/api/v1/interactions/${skewed.body.results[0]!.id}`, { key });
    expect(Math.abs(Date.parse(String(shown.body.occurred_at)) - (Date.now() - 5 * 60_000))).toBeLessThan(10_000);
    const late = await ingest({ type: "click", occurred_at: minutesAgo(25 * 60) });
    expect(late.body.results[0]).toMatchObject({ status: "accepted", late: true });
    const ahead = await ingest({ type: "click", occurred_at: minutesAgo(-25 * 60) });
    expect([ahead.status, ahead.body.error.details.field]).toEqual([400, "interactions.0.occurred_at"]);
  });

  it("takes history as backfill, never as late, and needs its times", async () => {
    const history = await ingest({ backfill: true, interactions: [{ type: "click", occurred_at: "2019-10-01T00:00:00Z" }, { type: "click" }] });
    expect(history.body.results).toMatchObject([
      { status: "accepted" },
      { status: "rejected", error: { details: { field: "interactions.1.occurred_at" } } },
    ]);
    expect(history.body.results[0]).not.toHaveProperty("late");
  });

  it("keeps no query string but utm_ parameters, and reads the campaign from them", async () => {
    const sent = await ingest({
      type: "page_view",
      context: { page: { url: "https://shop.example/p?email=a@b.c&utm_campaign=spring#x", referrer: "https://mail.example/?user=me" } },
    });
    const shown = await send<{ context: { page: { url: string; referrer: string }; campaign: { name: string } } }>(
      "GET",
      `/api/v1/interactions/${sent.body.results[0]!.id}`,
      { key },
    );
    expect(shown.body.context.page).toEqual({ url: "https://shop.example/p?utm_campaign=spring", referrer: "https://mail.example/" });
    expect(shown.body.context.campaign.name).toBe("spring");
  });

  it("lets a web page send with a publishable key, by fetch after a preflight and by sendBeacon", async () => {
    const page = await send<{ key: string }>("POST", "/api/v1/api-keys", {
      key,
      body: { name: "Page", publishable: true, scopes: ["interactions:write"] },
    });
    const preflight = await send("OPTIONS", "/api/v1/interactions", {
      headers: { Origin: "https://shop.example", "Access-Control-Request-Method": "POST" },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("Access-Control-Allow-Headers")).toContain("Authorization");
    const beacon = await send<IngestBody>("POST", `/api/v1/interactions?api_key=${page.body.key}`, {
      body: JSON.stringify({ interactions: [{ type: "page_view" }] }),
      headers: { "Content-Type": "text/plain;charset=UTF-8", Origin: "https://shop.example" },
    });
    expect(beacon.status).toBe(201);
    expect(beacon.headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect((await send("GET", "/api/v1/interactions", { key: page.body.key })).status).toBe(403);
    expect((await send("GET", `/api/v1/products?api_key=${key}`)).status).toBe(401);
  });

  it("filters by everything it indexes, and pages in each sort", async () => {
    const { api_key } = await createOrganization();
    await send("POST", "/api/v1/products", { key: api_key, body: { name: "Mug", external_id: "mug" } });
    await ingest(
      {
        backfill: true,
        interactions: [
          {
            event_id: "1",
            type: "view_item",
            occurred_at: "2026-01-01T10:00:00Z",
            visitor_id: "v",
            session_id: "s",
            items: [{ external_id: "mug" }],
          },
          {
            event_id: "2",
            type: "purchase",
            occurred_at: "2026-01-02T10:00:00Z",
            user_id: "u",
            transaction_id: "t",
            items: [{ external_id: "mug" }],
          },
          { event_id: "3", type: "mention", occurred_at: "2026-01-03T10:00:00Z", source_type: "social" },
        ],
      },
      api_key,
    );
    const { id: product_id } = (await send("GET", "/api/v1/products/lookup?external_id=mug", { key: api_key })).body;
    const found = async (query: string): Promise<string> => {
      const reply = await send<{ data: { event_id: string }[] }>("GET", `/api/v1/interactions?sort=occurred_at&${query}`, { key: api_key });
      expect(reply.status, JSON.stringify(reply.body)).toBe(200);
      return reply.body.data.map(({ event_id }) => event_id).join("");
    };
    expect(await found("type=purchase")).toBe("2");
    expect(await found("type=purchase,mention")).toBe("23");
    expect(await found("source_type=social")).toBe("3");
    expect(await found("visitor_id=v")).toBe("1");
    expect(await found("user_id=u")).toBe("2");
    expect(await found("session_id=s")).toBe("1");
    expect(await found("transaction_id=t")).toBe("2");
    expect(await found(`product_id=${String(product_id)}`)).toBe("12");
    expect(await found("date_from=2026-01-02&date_to=2026-01-02")).toBe("2");
    expect(await found("date_from=2026-01-02T10:00:00.001Z")).toBe("3");
    const included = await send<{ included: { products: { title: string }[] } }>("GET", "/api/v2/interactions?include=products&type=purchase", {
      key: api_key,
    });
    expect(included.body.included.products).toMatchObject([{ title: "Mug" }]);
    expect((await send<ErrorBody>("GET", "/api/v1/interactions?include=products", { key: api_key })).body.error.details.field).toBe("include");
  });

  it("removes what is older than the organization keeps, and leaves its figures", async () => {
    const { id, api_key } = await createOrganization();
    await ingest({ backfill: true, interactions: [{ type: "click", occurred_at: "2020-05-05T10:00:00Z" }] }, api_key);
    await ingest({ type: "search" }, api_key);
    await send("PATCH", `/api/v1/organizations/${id}`, { key: api_key, body: { retention_days: 30 } });
    await runDurableObjectAlarm(env.ORGANIZATIONS.getByName(id));
    const list = await send<{ data: { type: string }[] }>("GET", "/api/v1/interactions", { key: api_key });
    expect(list.body.data.map(({ type }) => type)).toEqual(["search"]);
    const figures = await send("GET", "/api/v1/insights?date_from=2020-05-05&date_to=2020-05-05", { key: api_key });
    expect(figures.body.totals).toMatchObject({ interactions: { value: 1 } });
    const old = await ingest({ type: "click", occurred_at: "2020-05-05T10:00:00Z" }, api_key);
    expect([old.status, old.body.error.details.field]).toEqual([400, "interactions.0.occurred_at"]);
  });

  it("recounts every day when the organization moves to another time zone", async () => {
    const { id, api_key } = await createOrganization({ time_zone: "UTC" });
    await ingest({ backfill: true, interactions: [{ type: "click", occurred_at: "2026-01-01T23:30:00Z", visitor_id: "v" }] }, api_key);
    const count = async (day: string): Promise<unknown> =>
      (await send<{ totals: { interactions: { value: number } } }>("GET", `/api/v1/insights?date_from=${day}&date_to=${day}`, { key: api_key })).body
        .totals.interactions.value;
    expect([await count("2026-01-01"), await count("2026-01-02")]).toEqual([1, 0]);
    await send("PATCH", `/api/v1/organizations/${id}`, { key: api_key, body: { time_zone: "Asia/Tokyo" } });
    await runDurableObjectAlarm(env.ORGANIZATIONS.getByName(id));
    expect([await count("2026-01-01"), await count("2026-01-02")]).toEqual([0, 1]);
  });

  it("erases a person from rows, log and figures", async () => {
    const { api_key } = await createOrganization();
    await ingest(
      {
        interactions: [
          { type: "view_item", visitor_id: "gone" },
          { type: "view_item", visitor_id: "stays" },
        ],
      },
      api_key,
    );
    const erased = await send("POST", "/api/v1/interactions/erase", { key: api_key, body: { visitor_id: "gone" } });
    expect(erased.body).toEqual({ erased: 1, complete: true });
    const list = await send<{ data: { visitor_id: string }[] }>("GET", "/api/v1/interactions", { key: api_key });
    expect(list.body.data.map(({ visitor_id }) => visitor_id)).toEqual(["stays"]);
    const summary = await send("GET", "/api/v1/insights", { key: api_key });
    expect(JSON.stringify(summary.body.totals)).toContain('"visitors"');
    expect(JSON.stringify(summary.body)).not.toContain("gone");
  });
});
