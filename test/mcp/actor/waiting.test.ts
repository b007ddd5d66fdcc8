import { describe, expect, it } from "vitest";
import { createOrganization, send, type TestOrganization } from "../../support/api.ts";
import { McpCaller, resultOf, STATELESS } from "./caller.ts";
import type { InnerSocket } from "./inner_socket.ts";
import { evict, makeKey, messagesOf, move, outcomeOf, pause, runJob, sql, subjectOf, until } from "./support.ts";
import { useTestTools } from "./test_tools.ts";

useTestTools();

const WORK = { name: "work" };

interface Begun {
  organization: TestOrganization;
  caller: McpCaller;
  session_id: string;
  call_id: string;
  product_id: string;
}

async function begin(more: Record<string, unknown> = {}): Promise<Begun> {
  const organization = await createOrganization();
  const caller = new McpCaller(organization.api_key);
  const session_id = await caller.open();
  const call_id = await caller.call(WORK, { id: "call 1", session_id, progress_token: "p", ...more });
  return { organization, caller, session_id, call_id, product_id: await subjectOf(organization, call_id) };
}

const follow = ({ caller, call_id, session_id }: Begun, after = 0): Promise<InnerSocket> =>
  caller.followed({ kind: "call", call_id, session_id, after });
const progress = (value: number) => ({
  jsonrpc: "2.0",
  method: "notifications/progress",
  params: { progressToken: "p", progress: value, total: 10, message: `${value} of 10` },
});
/** So that the next progress is far enough from the last. */
const aSecondLater = ({ organization }: Begun): Promise<unknown> =>
  sql(organization, "UPDATE mcp_calls SET progress = json_set(progress, '$.at_ms', 0)");

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

  it("is cancelled with its work; nothing is answered, and its stream ends", async () => {
    const begun = await begin();
    const stream = await follow(begun);
    await stream.until("message");
    await begun.caller.send({ type: "cancel", session_id: begun.session_id, id: "call 1" });
    await stream.until("end");
    expect(messagesOf(stream)).toEqual([progress(0)]);
    expect((await send("GET", `/api/v1/products/${begun.product_id}`, { key: begun.organization.api_key })).status).toBe(404);
    await begun.caller.send({ type: "cancel", session_id: begun.session_id, id: "call 1" });
  });

  it("is only its own session's to cancel", async () => {
    const begun = await begin();
    const other = await begun.caller.open();
    expect((await begun.caller.send({ type: "cancel", session_id: other, id: "call 1" })).reply).toEqual({ kind: "done" });
    await begun.caller.send({ type: "cancel", session_id: begun.session_id, id: "another" });
    expect(await sql(begun.organization, "SELECT status FROM mcp_calls")).toEqual([{ status: "waiting" }]);
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
    expect(kept).toContain("tools/call");
    expect(kept).not.toMatch(/192\.0\.2\.77|secret_hash/);
  });
});

describe("what a call that waits is bounded by", () => {
  it("is a quarter of an hour: then it ends with the present state", async () => {
    const begun = await begin();
    await move(begun.organization, begun.product_id, { progress: 9 });
    await sql(begun.organization, "UPDATE mcp_calls SET expires_at = 1");
    await runJob(begun.organization, "mcp.call", begun.call_id);
    expect(await outcomeOf(await follow(begun))).toMatchObject({ id: "call 1", result: { so_far: 9 } });
  });

  it("and where there is no such state, in an error that names the work", async () => {
    const begun = await begin();
    await sql(begun.organization, "UPDATE mcp_calls SET expires_at = 1");
    await runJob(begun.organization, "mcp.call", begun.call_id);
    const error = { code: -32_000, data: { code: "UNAVAILABLE", details: { subject: begun.product_id } } };
    expect(await outcomeOf(await follow(begun))).toMatchObject({ id: "call 1", error });
  });

  it("is forgotten some minutes after its end", async () => {
    const begun = await begin();
    await move(begun.organization, begun.product_id, { progress: 10, done: true });
    await outcomeOf(await follow(begun));
    await runJob(begun.organization, "mcp.call", begun.call_id);
    expect((await sql(begun.organization, "SELECT expires_at - updated_at AS kept FROM mcp_calls"))[0]).toEqual({ kept: 600_000 });
    await sql(begun.organization, "UPDATE mcp_calls SET expires_at = 1");
    await runJob(begun.organization, "mcp.call", begun.call_id);
    expect(await sql(begun.organization, "SELECT call_id FROM mcp_messages UNION ALL SELECT id FROM mcp_calls")).toEqual([]);
    expect(await sql(begun.organization, "SELECT key FROM jobs WHERE kind = 'mcp.call'")).toEqual([]);
  });

  it("is fifty at once of one credential: further calls answer at once", async () => {
    const begun = await begin();
    await sql(
      begun.organization,
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 49)
       INSERT INTO mcp_calls SELECT 'more ' || i, owner, session_id, request_id, 0, sender, asked, status, subject, questions, progress, outcome, paid, created_at, updated_at, expires_at
       FROM mcp_calls, n`,
    );
    const { session_id, caller } = begun;
    expect(resultOf(await caller.request("tools/call", WORK, { session_id, progress_token: 1 }))).toHaveProperty("subject");
    const { caller: other } = await makeKey(begun.organization);
    await other.call(WORK, { session_id: await other.open(), progress_token: 1 });
  });

  it("is the length of its request", async () => {
    const { caller, session_id } = await begin();
    const answer = await caller.request("tools/call", { ...WORK, padding: "x".repeat(200_000) }, { session_id, progress_token: 1 });
    expect(resultOf(answer)).toHaveProperty("subject");
  });

  it("is nothing for a call that wants no progress: it answers at once", async () => {
    const { caller, session_id } = await begin();
    expect(resultOf(await caller.request("tools/call", WORK, { session_id }))).toHaveProperty("subject");
  });
});

describe("a call without a session that waits", () => {
  async function beginStateless(): Promise<Begun & { stream: InnerSocket }> {
    const begun = await begin({ session_id: null, client: STATELESS });
    const stream = await begun.caller.followed({ kind: "call", call_id: begun.call_id, session_id: null, after: 0 });
    await stream.until("message");
    return { ...begun, stream };
  }

  const statusOf = async ({ organization }: Begun): Promise<unknown> => (await sql(organization, "SELECT status FROM mcp_calls"))[0]!.status;

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

  it.each([
    ["awake", false],
    ["asleep", true],
  ])("is cancelled with its work by leaving the stream, the actor being %s", async (_state, asleep) => {
    const begun = await beginStateless();
    if (asleep) await evict(begun.organization);
    begun.stream.close();
    await until(async () => (await statusOf(begun)) === "cancelled");
    expect((await send("GET", `/api/v1/products/${begun.product_id}`, { key: begun.organization.api_key })).status).toBe(404);
  });

  it("is not cancelled by an eviction", async () => {
    const begun = await beginStateless();
    await evict(begun.organization);
    await pause();
    expect(await statusOf(begun)).toBe("waiting");
    await move(begun.organization, begun.product_id, { progress: 10, done: true });
    expect(await outcomeOf(begun.stream)).toMatchObject({ result: { progress: 10 } });
  });

  it("is not cancelled by a stream that another took the place of", async () => {
    const begun = await beginStateless();
    const second = await begun.caller.followed({ kind: "call", call_id: begun.call_id, session_id: null, after: 1 });
    expect((await begun.stream.untilClosed()).code).toBe(4409);
    await pause();
    expect(await statusOf(begun)).toBe("waiting");
    await move(begun.organization, begun.product_id, { progress: 10, done: true });
    expect(await outcomeOf(second)).toMatchObject({ result: { progress: 10 } });
  });
});

describe("the authority of a call that waits", () => {
  async function beginWith(input: Record<string, unknown>) {
    const organization = await createOrganization();
    const key = await makeKey(organization, input);
    const session_id = await key.caller.open();
    const call_id = await key.caller.call(WORK, { id: 7, session_id, progress_token: "p" });
    const begun = { organization, caller: key.caller, session_id, call_id };
    const stream = await key.caller.followed({ kind: "call", call_id, session_id, after: 0 });
    await stream.until("message");
    return { ...begun, key, stream };
  }

  it.each([
    ["awake", false],
    ["asleep", true],
  ])("ends with the key: it says so and closes, the actor being %s", async (_state, asleep) => {
    const { organization, key, stream } = await beginWith({});
    if (asleep) await evict(organization);
    await send("DELETE", `/api/v1/api-keys/${key.id}`, { key: organization.api_key });
    await stream.untilClosed();
    expect(messagesOf(stream).at(-1)).toMatchObject({ id: 7, error: { data: { code: "UNAUTHENTICATED" } } });
    expect(await sql(organization, "SELECT status FROM mcp_calls")).toEqual([{ status: "done" }]);
  });

  it("ends with the scope that its work needs", async () => {
    const { organization, key, stream } = await beginWith({});
    await send("PATCH", `/api/v1/api-keys/${key.id}`, { key: organization.api_key, body: { scopes: ["exports:read"] } });
    expect(await outcomeOf(stream)).toMatchObject({ id: 7, error: { data: { code: "FORBIDDEN" } } });
  });

  it("ends with the live actor's word in a sandbox, at its next step", async () => {
    const organization = await createOrganization();
    const key = await makeKey(organization, { environment: "test" });
    const call_id = await key.caller.call(WORK, { id: 7, progress_token: "p" });
    const sandbox = { id: `${organization.id}.test` };
    const product_id = await subjectOf({ ...organization, ...sandbox }, call_id);
    await send("DELETE", `/api/v1/api-keys/${key.id}`, { key: organization.api_key });
    const { body } = await send<{ key: string }>("POST", "/api/v1/api-keys", {
      key: organization.api_key,
      body: { name: "Mover", scopes: ["products:write"], environment: "test" },
    });
    await move({ ...organization, api_key: body.key }, product_id, { progress: 10, done: true });
    await until(async () => (await sql(sandbox, "SELECT status FROM mcp_calls"))[0]!.status === "done");
    expect(JSON.stringify(await sql(sandbox, "SELECT message FROM mcp_messages ORDER BY n DESC LIMIT 1"))).toContain("UNAUTHENTICATED");
  });
});
