// Each of these fails today and proves a finding of the attacker's review; the number is the finding's.
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { createOrganization, OPERATOR_TOKEN, send, type TestOrganization } from "../support/api.ts";
import { pause } from "./live/clients.ts";
import { RawSocket } from "./live/raw_socket.ts";
import { ask, codes } from "./request.ts";

const HOURLY = `timeseriesInsight(dateRange: {dateFrom: "2020-01-01", dateTo: "2022-04-10"}, interval: HOUR, limit: 1)`;

function liveQueries({ id }: TestOrganization): Promise<{ rows: number; bytes: number }> {
  return runInDurableObject(
    env.ORGANIZATIONS.getByName(id),
    (_actor, state) =>
      state.storage.sql.exec("SELECT count(*) AS rows, ifnull(sum(length(document)), 0) AS bytes FROM live_queries").one() as {
        rows: number;
        bytes: number;
      },
  );
}

describe("what an operation can bring about", () => {
  it("1: counts the points of a time series, of which an empty organization has 20,000", async () => {
    const { api_key } = await createOrganization();
    const points = Array.from({ length: 99 }, (_value, index) => `p${index}: points { label startsAt partial }`).join(" ");
    const reply = await ask(api_key, `{ ${HOURLY} { series { ${points} } } }`);
    // 99 × 20,000 × 3 values are asked for, 200,000 are the most; 4,000 are counted, and the actor is busy for seconds.
    expect([reply.status, codes(reply.body)]).toEqual([400, ["VALIDATION_ERROR"]]);
  });

  it("13: loads products of many interactions, each once", async () => {
    const { api_key } = await createOrganization();
    const products = Array.from({ length: 100 }, (_value, index) => ({ title: `P${index}`, sku: `s${index}` }));
    await send("POST", "/api/v2/products/batch", { key: api_key, body: { products } });
    const items = products.map(({ sku }) => ({ sku }));
    const interactions = Array.from({ length: 100 }, () => ({ type: "purchase", visitor_id: "v", items }));
    await send("POST", "/api/v2/interactions", { key: api_key, body: { interactions } });
    const reply = await ask(api_key, "{ interactions(first: 1) { products { recentInteractions(first: 100) { products { id } } } } }");
    expect(codes(reply.body)).not.toContain("INTERNAL_ERROR");
  });

  it("16: bounds the nesting of JSON that is written out as that of JSON in variables", async () => {
    const { api_key } = await createOrganization();
    const create = (depth: number): ReturnType<typeof ask> =>
      ask(api_key, `mutation { createProduct(input: {title: "T", metadata: {a: ${"[".repeat(depth)}${"]".repeat(depth)}}}) { id } }`);
    expect(codes((await create(100)).body)).toEqual(["VALIDATION_ERROR"]);
    expect(codes((await create(1_950)).body)).toEqual(["VALIDATION_ERROR"]);
  });

  it("17: refuses the operator's mixture of the deployment's operations with an organization's", async () => {
    const { id } = await createOrganization();
    const query = `mutation { createOrganization(input: {name: "B"}) { id } updateOrganization(id: "${id}", input: {name: "C"}) { id } }`;
    const reply = await ask(OPERATOR_TOKEN, query, { "X-Organization-Id": id });
    expect(codes(reply.body)).not.toContain("INTERNAL_ERROR");
  });

  it.each(["constructor", "__proto__"])("18: Accept: %s is a type that nobody knows", async (Accept) => {
    const { api_key } = await createOrganization();
    expect((await ask(api_key, "{ __typename }", { Accept })).headers.get("Content-Type")).toBe("application/json; charset=utf-8");
  });
});

describe("what subscriptions leave behind", () => {
  it("5: variables that the operation does not have go nowhere", async () => {
    const organization = await createOrganization();
    const raw = await RawSocket.joined(organization.api_key);
    raw.subscribe("a", "subscription { productChanged { type } }", { junk: "j".repeat(1_000_000) });
    await pause(300);
    expect((await liveQueries(organization)).bytes).toBeLessThan(10_000);
    raw.close();
  });

  it("5: subscriptions that ended before they were live are not stored for good", async () => {
    const organization = await createOrganization();
    const raw = await RawSocket.joined(organization.api_key);
    raw.socket.addEventListener("message", ({ data }) => {
      const { type, payload } = JSON.parse(String(data)) as { type: string; payload: unknown };
      if (type === "ping") raw.send({ type: "pong", payload });
    });
    for (let index = 0; index < 2_200; index++) {
      raw.subscribe(`a${index}`, `subscription { x${index}: exportProgress(id: "exp_01jd0000000000000000000000") { id } }`);
      if (index % 40 === 39) await raw.until("complete", index - 10);
    }
    await raw.until("complete", 2_200);
    expect((await liveQueries(organization)).rows).toBeLessThanOrEqual(2_000);
    raw.close();
  });

  it("4: who was not heard yet is not echoed megabytes", async () => {
    const raw = await RawSocket.open();
    const ping = JSON.stringify({ type: "ping", payload: { a: "x".repeat(1_000_000) } });
    for (let count = 0; count < 14; count++) raw.send(ping);
    await pause(500);
    expect(JSON.stringify(raw.of("pong")).length).toBeLessThan(100_000);
  });

  it("7: a key that can follow nothing does not open sockets without number and charge", async () => {
    const organization = await createOrganization();
    const { body } = await send<{ key: string }>("POST", "/api/v1/api-keys", {
      key: organization.api_key,
      body: { name: "Browser", publishable: true, scopes: ["interactions:write"], rate_limit: { per_minute: 5, per_day: 5 } },
    });
    for (let count = 0; count < 100; count++) {
      const raw = await RawSocket.open();
      raw.send({ type: "connection_init", payload: { Authorization: `Bearer ${body.key}` } });
    }
    await pause(500);
    const open = await runInDurableObject(env.ORGANIZATIONS.getByName(organization.id), (_actor, state) => state.getWebSockets("live").length);
    expect(open).toBeLessThan(100);
  });

  it("6: a client's own pings do not have its subscriptions run again, least of all when its budget is used up", async () => {
    const organization = await createOrganization();
    const { body } = await send<{ key: string }>("POST", "/api/v1/api-keys", {
      key: organization.api_key,
      body: { name: "Reader", scopes: ["insights:read"], rate_limit: { per_minute: 40, per_day: 40 } },
    });
    const raw = await RawSocket.joined(body.key);
    for (let index = 0; index < 20; index++) raw.subscribe(`a${index}`, `subscription { x${index}: insightsUpdated { __typename } }`);
    await raw.until("next", 20);
    expect((await ask(body.key, "{ __typename }")).status).toBe(429);
    for (let round = 0; round < 5; round++) {
      raw.send({ type: "ping", payload: { a: "x".repeat(270_000) } });
      await raw.until("pong", round + 1);
      const [{ payload }] = raw.of("ping").slice(-1) as [{ payload: unknown }];
      raw.send({ type: "pong", payload });
      await pause(100);
    }
    expect(raw.of("next").length).toBe(20);
    raw.close();
  });

  it("19: a long id that is there already is an error like any other", async () => {
    const { api_key } = await createOrganization();
    const raw = await RawSocket.joined(api_key);
    const id = "漢".repeat(80);
    raw.subscribe(id, "subscription { productChanged { type } }");
    await pause();
    raw.subscribe(id, "subscription { productChanged { type } }");
    expect((await raw.untilClosed()).code).toBe(4409);
  });
});
