import { env, exports } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { BucketCounts } from "../../../src/actors/organization/live/bucket_counts.ts";
import { BASE_URL, createOrganization, send, type TestOrganization } from "../../support/api.ts";
import { ask } from "../request.ts";
import { pause } from "./clients.ts";
import { RawSocket } from "./raw_socket.ts";

const PRODUCTS = "subscription { productChanged { type } }";

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

async function makeKey({ api_key }: TestOrganization, input: Record<string, unknown>): Promise<string> {
  const { body } = await send<{ key: string }>("POST", "/api/v1/api-keys", { key: api_key, body: { name: "K", ...input } });
  return body.key;
}

/** Answers each ping, as a client that reads. */
function readAll(raw: RawSocket): void {
  raw.socket.addEventListener("message", ({ data }) => {
    const { type, payload } = JSON.parse(String(data)) as { type: string; payload: unknown };
    if (type === "ping") raw.send({ type: "pong", payload });
  });
}

describe("what a subscription burdens the actor with", () => {
  it("is 64 KB of text and variables at most, and says so", async () => {
    const organization = await createOrganization();
    const raw = await RawSocket.joined(organization.api_key);
    const query = `subscription ($id: ID) { productChanged(id: $id) { type } }`;
    raw.subscribe("a", query, { id: `prd_${"1".repeat(65_500)}` });
    const error = { message: "The text and variables of a subscription have at most 65536 characters", extensions: { code: "PAYLOAD_TOO_LARGE" } };
    expect((await raw.until("error"))[0]!.payload).toMatchObject([error]);
    raw.subscribe("b", PRODUCTS, { junk: "j".repeat(1_000_000) });
    await pause(300);
    expect((await liveQueries(organization)).bytes).toBeLessThan(10_000);
    const response = await exports.default.fetch(
      new Request(`${BASE_URL}/graphql`, {
        method: "POST",
        headers: { Authorization: `Bearer ${organization.api_key}`, Accept: "text/event-stream", "Content-Type": "application/json" },
        body: JSON.stringify({ query, variables: { id: `prd_${"1".repeat(65_500)}` } }),
      }),
    );
    expect(await response.text()).toContain("PAYLOAD_TOO_LARGE");
    raw.close();
  });

  it("is nothing that stays when it ended before it was live", async () => {
    const organization = await createOrganization();
    const raw = await RawSocket.joined(organization.api_key);
    for (let index = 0; index < 20; index++) {
      raw.subscribe(`a${index}`, `subscription { x${index}: exportProgress(id: "exp_01jd0000000000000000000000") { id } }`);
    }
    await raw.until("complete", 20);
    expect((await liveQueries(organization)).rows).toBe(0);
    raw.subscribe("b", "subscription { productChanged { nothing } }");
    await raw.until("error", 1, "b");
    raw.subscribe("c", 'subscription { productChanged(after: "99") { type } }');
    await raw.until("error", 1, "c");
    expect((await liveQueries(organization)).rows).toBe(0);
    raw.close();
  });

  it("is a hundred different subscriptions of one credential at most", async () => {
    const organization = await createOrganization();
    const sockets = await Promise.all([1, 2, 3].map(() => RawSocket.joined(organization.api_key)));
    const follow = (raw: RawSocket, name: string): void => raw.subscribe(name, `subscription { ${name}: productChanged { type } }`);
    for (let index = 0; index < 50; index++) {
      follow(sockets[0]!, `a${index}`);
      follow(sockets[1]!, `b${index}`);
    }
    await expect.poll(async () => (await liveQueries(organization)).rows, { timeout: 5_000 }).toBe(100);
    follow(sockets[2]!, "c");
    expect((await sockets[2]!.until("error"))[0]!.payload).toMatchObject([{ extensions: { code: "CONFLICT", details: { limit: 100 } } }]);
    // What it follows already is none more, and another credential has its own.
    follow(sockets[2]!, "a1");
    const other = await RawSocket.joined(await makeKey(organization, { scopes: ["products:read"] }));
    follow(other, "c");
    await pause(200);
    sockets[0]!.send({ type: "complete", id: "a0" });
    await pause();
    follow(sockets[2]!, "d");
    await pause(200);
    expect(sockets[2]!.of("error")).toHaveLength(1);
    expect(other.of("error")).toEqual([]);
    for (const raw of [...sockets, other]) raw.close();
  });

  it("is nothing that a client's own pings make it do again, least of all when its budget is used up", async () => {
    const organization = await createOrganization();
    const key = await makeKey(organization, { scopes: ["insights:read"], rate_limit: { per_minute: 41, per_day: 41 } });
    const raw = await RawSocket.joined(key);
    readAll(raw);
    for (let index = 0; index < 20; index++) raw.subscribe(`a${index}`, `subscription { x${index}: insightsUpdated { __typename } }`);
    await raw.until("next", 20);
    expect((await ask(key, "{ __typename }")).status).toBe(429);
    for (let round = 0; round < 3; round++) {
      for (let count = 0; count < 300; count++) raw.send({ type: "ping", payload: { a: "x".repeat(1_000) } });
      await raw.until("pong", (round + 1) * 300);
      await pause(100);
    }
    expect(raw.of("next")).toHaveLength(20);
    expect(raw.closed).toBeNull();
    raw.close();
  });
});

describe("a socket", () => {
  it("is for nobody who can read nothing", async () => {
    const organization = await createOrganization();
    const key = await makeKey(organization, { publishable: true, scopes: ["interactions:write"] });
    const raw = await RawSocket.open();
    raw.send({ type: "connection_init", payload: { Authorization: `Bearer ${key}` } });
    expect(await raw.untilClosed()).toEqual({ code: 4403, reason: "This credential can read nothing; connect with one that has a scope to read" });
    const open = await runInDurableObject(env.ORGANIZATIONS.getByName(organization.id), (_actor, state) => state.getWebSockets("live").length);
    expect(open).toBe(0);
  });

  it("costs one to open, and is refused for later when the bucket is empty", async () => {
    const organization = await createOrganization();
    const key = await makeKey(organization, { scopes: ["products:read"], rate_limit: { per_minute: 2 } });
    const sockets = [await RawSocket.joined(key), await RawSocket.joined(key)];
    const raw = await RawSocket.open();
    raw.send({ type: "connection_init", payload: { Authorization: `Bearer ${key}` } });
    const { code, reason } = await raw.untilClosed();
    expect([code, reason]).toEqual([1013, expect.stringMatching(/^Request budget used up; retry in \d+ seconds$/)]);
    for (const each of sockets) each.close();
  });

  it("is one of two thousand of a credential at most", async () => {
    const organization = await createOrganization();
    const count = vi.spyOn(BucketCounts.prototype, "socketsOf").mockReturnValue(2_000);
    const raw = await RawSocket.open();
    raw.send({ type: "connection_init", payload: { Authorization: `Bearer ${organization.api_key}` } });
    expect((await raw.untilClosed()).code).toBe(1013);
    count.mockReturnValue(1_999);
    (await RawSocket.joined(organization.api_key)).close();
    count.mockRestore();
  });
});

describe("a close", () => {
  it("says as much of its reason as a close frame holds", async () => {
    const { api_key } = await createOrganization();
    const raw = await RawSocket.joined(api_key);
    const id = "漢".repeat(80);
    raw.subscribe(id, PRODUCTS);
    await pause();
    raw.subscribe(id, PRODUCTS);
    const { code, reason } = await raw.untilClosed();
    expect([code, reason]).toEqual([4409, `Subscriber for ${"漢".repeat(36)}`]);
  });
});
