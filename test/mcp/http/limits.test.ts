// One bucket for all protocols; what costs nothing is bounded by itself; and what the limits are is said with every answer.
import { beforeAll, describe, expect, it } from "vitest";
import { FREE_MESSAGES_MAX } from "../../../src/edge/mcp/free_messages.ts";
import { createOrganization, send, type TestOrganization } from "../../support/api.ts";
import { initializeMessage, keyWith, modern, newKey, openSession, post } from "./support.ts";

const CALL = { name: "products_list", arguments: {} };

describe("the bucket", () => {
  let organization: TestOrganization;
  beforeAll(async () => {
    organization = await createOrganization({ tier: "free" });
  });

  it("is the one of the other protocols, and every answer says how it is", async () => {
    const before = await send("GET", "/api/v1/products", { key: organization.api_key });
    const session = await openSession(organization.api_key);
    const first = await modern("tools/call", CALL, { key: organization.api_key });
    const second = await session.request("tools/call", CALL);
    const remaining = [before, first, second].map(({ headers }) => Number(headers.get("X-RateLimit-Remaining")));
    expect(remaining).toEqual([remaining[0], remaining[0]! - 1, remaining[0]! - 2]);
    expect(first.headers.get("RateLimit")).toContain('"minute";r=');
    expect(first.body.result!._meta).toMatchObject({ "crow/rate_limit": { charged: 1, minute: { remaining: remaining[1] } } });
    expect(first.body.result!._meta).toHaveProperty(["crow/request_id"], first.headers.get("X-Request-Id"));
  });

  it("that is empty is told the model in the tool's result, and HTTP's way elsewhere; the protocol's own messages go on", async () => {
    const session = await openSession(organization.api_key);
    const spend = async (): Promise<boolean> => (await send("GET", "/api/v1/products", { key: organization.api_key })).status === 429;
    while (!(await spend()));
    for (const refused of [await modern("tools/call", CALL, { key: organization.api_key }), await session.request("tools/call", CALL)]) {
      expect(refused.status).toBe(200);
      expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(0);
      expect(refused.headers.get("X-RateLimit-Remaining")).toBe("0");
      expect(refused.body.result).toMatchObject({ isError: true, structuredContent: { error: { code: "RATE_LIMITED" } } });
      const { details } = (refused.body.result!.structuredContent as { error: { details: { retry_after_s: number } } }).error;
      expect(details.retry_after_s).toBeGreaterThan(0);
    }
    // More than the bucket fills by meanwhile.
    const read = { uri: "crow://catalog/quality" };
    for (const refused of [await modern("resources/read", read, { key: organization.api_key }), await session.request("resources/read", read)]) {
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(0);
      expect(refused.body.error!.data).toMatchObject({ code: "RATE_LIMITED" });
    }
    expect((await modern("resources/read", { uri: "crow://schema/exports" }, { key: organization.api_key })).status).toBe(200);
    expect((await session.request("ping")).status).toBe(200);
    expect((await modern("tools/list", {}, { key: organization.api_key })).status).toBe(200);
  });
});

/** How many minutes something took that began then, each as the clock has it. */
const minutesSince = (started_ms: number): number => Math.floor(Date.now() / 60_000) - Math.floor(started_ms / 60_000) + 1;

describe("messages that cost nothing", () => {
  it("are counted before they are answered: what comes all at once is no more, nor what comes in batches", async () => {
    const key = await newKey();
    const started = Date.now();
    const replies = await Promise.all(Array.from({ length: FREE_MESSAGES_MAX + 100 }, () => modern("server/discover", {}, { key })));
    const served = replies.filter(({ status }) => status === 200).length;
    expect(served).toBeGreaterThan(0);
    expect(served).toBeLessThanOrEqual(FREE_MESSAGES_MAX * minutesSince(started));
  });

  it("are counted each by itself in a batch", async () => {
    const key = await newKey();
    const started = Date.now();
    const session = await openSession(key, "2025-03-26");
    const batch = Array.from({ length: 20 }, (_, id) => ({ jsonrpc: "2.0", id, method: "ping" }));
    let served = 0;
    for (let sent = 0; sent < 2 * FREE_MESSAGES_MAX + 100; sent += batch.length) {
      const { body } = await session.post(batch);
      if (!Array.isArray(body)) break;
      served += (body as { result?: unknown }[]).filter(({ result }) => result !== undefined).length;
    }
    expect(served).toBeGreaterThan(0);
    expect(served).toBeLessThan(FREE_MESSAGES_MAX * minutesSince(started));
  });

  it("leave room for what is paid for: that is not counted", async () => {
    const key = await newKey({ tier: "enterprise" });
    for (let sent = 0; sent < FREE_MESSAGES_MAX + 20; sent += 20) {
      const calls = Array.from({ length: 20 }, () => modern("tools/call", CALL, { key }));
      for (const { status } of await Promise.all(calls)) expect(status).toBe(200);
    }
  });

  it(`are at most ${FREE_MESSAGES_MAX} in a minute for one credential, whatever their era; another's go on`, async () => {
    const key = await newKey();
    const other = await keyWith(key, ["products:read"]);
    const statuses = new Set<number>();
    // The minute may turn in between, once.
    for (let sent = 0; sent < 2 * FREE_MESSAGES_MAX + 10 && !statuses.has(429); sent += 10) {
      const batch = Array.from({ length: 10 }, (_, n) =>
        n % 2 === 0 ? modern("server/discover", {}, { key }) : post(["not", "a", "message"], { key }),
      );
      for (const { status } of await Promise.all(batch)) statuses.add(status);
    }
    expect([...statuses].toSorted((a, b) => a - b)).toEqual([200, 400, 429]);
    const refused = [await post(initializeMessage(), { key }), await modern("tools/list", {}, { key })].filter(({ status }) => status === 429);
    for (const { headers, body } of refused) {
      expect(Number(headers.get("Retry-After"))).toBeGreaterThan(0);
      expect(body.error!.data).toMatchObject({ code: "RATE_LIMITED", details: { limit: FREE_MESSAGES_MAX } });
    }
    expect((await modern("server/discover", {}, { key: other })).status).toBe(200);
  });
});
