import { describe, expect, it } from "vitest";
import { createOrganization, send } from "../../support/api.ts";
import { aSecondLater, begin, beginStateless, follow, progress, WORK } from "./begun.ts";
import { McpCaller } from "./caller.ts";
import { evict, makeKey, messagesOf, move, outcomeOf, runJob, sql, until } from "./support.ts";
import { useTestTools } from "./test_tools.ts";

useTestTools();

describe("a call that waits for work", () => {
  it("says how far it is, each time further, and in the end the result", async () => {
    const begun = await begin();
    const stream = await follow(begun);
    await stream.until("message", 1);
    await aSecondLater(begun);
    await move(begun.organization, begun.product_id, { progress: 4 });
    await stream.until("message", 2);
    await aSecondLater(begun);
    await move(begun.organization, begun.product_id, { progress: 3 });
    await move(begun.organization, begun.product_id, { progress: 10, done: true });
    await stream.until("end");
    expect(messagesOf(stream)).toEqual([progress(0), progress(4), { jsonrpc: "2.0", id: "call 1", result: { progress: 10, charged: 1 } }]);
    expect(stream.of("message").map(({ id }) => id)).toEqual([1, 2, 3].map((n) => `${begun.call_id}.${n}`));
    expect((await stream.untilClosed()).code).toBe(1000);
  });

  it("says progress once a second at most", async () => {
    const begun = await begin();
    for (const value of [1, 2, 3]) await move(begun.organization, begun.product_id, { progress: value });
    await move(begun.organization, begun.product_id, { progress: 10, done: true });
    const stream = await follow(begun);
    await stream.until("end");
    expect(messagesOf(stream).slice(0, -1)).toEqual([progress(0)]);
  });

  it("goes on under an evicted actor, and is resumed where its client was", async () => {
    const begun = await begin();
    const first = await follow(begun);
    await first.until("message");
    first.close();
    await evict(begun.organization);
    await aSecondLater(begun);
    await move(begun.organization, begun.product_id, { progress: 5 });
    await until(async () => (await sql(begun.organization, "SELECT n FROM mcp_messages")).length === 2);
    await evict(begun.organization);
    await move(begun.organization, begun.product_id, { progress: 10, done: true });
    const second = await follow(begun, 1);
    await second.until("end");
    expect(messagesOf(second)).toMatchObject([progress(5), { id: "call 1", result: { progress: 10 } }]);
    const { caller, call_id, session_id } = begun;
    expect(await caller.follow({ kind: "call", call_id, session_id, after: 3 })).toMatchObject({ failure: { code: "GONE" } });
  });

  it("tells a stream that stayed open over an eviction, each message once", async () => {
    const begun = await begin();
    const stream = await follow(begun);
    await stream.until("message");
    await evict(begun.organization);
    await move(begun.organization, begun.product_id, { progress: 10, done: true });
    await stream.until("end");
    expect(messagesOf(stream)).toMatchObject([progress(0), { result: { progress: 10 } }]);
  });

  it.each([
    ["its job", true],
    ["the actor's start", false],
  ])("notices by %s what happened while nobody listened", async (_what, by_job) => {
    const begun = await begin();
    // As after a crash between the event's commit and what it means to the call.
    await sql(begun.organization, "UPDATE products SET metadata = ?", JSON.stringify({ progress: 10, done: true }));
    if (by_job) await runJob(begun.organization, "mcp.call", begun.call_id);
    else await evict(begun.organization);
    const stream = await follow(begun);
    expect(await outcomeOf(stream)).toMatchObject({ result: { progress: 10 } });
  });

  it("ends in an error when its work is gone", async () => {
    const begun = await begin();
    await send("DELETE", `/api/v1/products/${begun.product_id}`, { key: begun.organization.api_key });
    expect(await outcomeOf(await follow(begun))).toMatchObject({ id: "call 1", error: { code: -32_000, data: { code: "NOT_FOUND" } } });
  });

  it("ends in an error when its session ends", async () => {
    const begun = await begin();
    const stream = await follow(begun);
    await stream.until("message");
    await begun.caller.send({ type: "end", session_id: begun.session_id });
    expect(await outcomeOf(stream)).toMatchObject({ id: "call 1", error: { data: { code: "GONE" } } });
  });

  it("is told to one stream: another takes its place", async () => {
    const begun = await begin();
    const [first, second] = [await follow(begun), await follow(begun)];
    expect((await first.untilClosed()).code).toBe(4409);
    await move(begun.organization, begun.product_id, { progress: 10, done: true });
    expect(await outcomeOf(second)).toMatchObject({ result: { progress: 10 } });
    expect(first.of("end")).toEqual([]);
  });

  it("is followed by nobody else, in no other session", async () => {
    const begun = await begin();
    const not_found = { failure: { code: "NOT_FOUND", details: { resource: "call" } } };
    const { caller: stranger } = await makeKey(begun.organization);
    const { call_id } = begun;
    expect(await begun.caller.follow({ kind: "call", call_id, session_id: await begun.caller.open(), after: 0 })).toMatchObject(not_found);
    expect(await begun.caller.follow({ kind: "call", call_id, session_id: null, after: 0 })).toMatchObject(not_found);
    expect(await stranger.follow({ kind: "call", call_id, session_id: await stranger.open(), after: 0 })).toMatchObject(not_found);
    expect(await stranger.follow({ kind: "call", call_id, session_id: null, after: 0 })).toMatchObject(not_found);
  });
});

describe("what is kept of a call", () => {
  it("shows nobody's address or credential", async () => {
    const organization = await createOrganization();
    const caller = new McpCaller(organization.api_key);
    const session_id = await caller.open();
    const request = { id: 1, method: "tools/call", params: WORK, session_id, client: null, progress_token: 1, input: null };
    await caller.send({ type: "request", request }, { ip: "192.0.2.77" });
    const kept = JSON.stringify(await sql(organization, "SELECT * FROM mcp_calls"));
    expect(kept).toContain('"status":"waiting"');
    expect(kept).not.toMatch(/192\.0\.2\.77|secret_hash|tools\/call/);
  });
});

describe("a call without a session that waits", () => {
  it("is told on its stream, which has no places to come back to", async () => {
    const begun = await beginStateless();
    await move(begun.organization, begun.product_id, { progress: 10, done: true });
    expect(await outcomeOf(begun.stream)).toMatchObject({ result: { progress: 10 } });
    expect(
      begun.stream
        .of("ready")
        .concat(begun.stream.of("message") as never[])
        .map(({ id }) => id),
    ).toEqual([null, null, null]);
  });
});
