import { describe, expect, it } from "vitest";
import { createOrganization, send, type TestOrganization } from "../../support/api.ts";
import { CLIENT, McpCaller, resultOf } from "./caller.ts";
import { createProduct, evict, makeKey, outcomeOf, pause, runJob, sql } from "./support.ts";
import { useTestTools } from "./test_tools.ts";

useTestTools();

const LOOK = { name: "look" };
const unknown_session = { code: "NOT_FOUND", details: { resource: "session" } };

async function sessionOf(organization: TestOrganization): Promise<{ caller: McpCaller; session_id: string }> {
  const caller = new McpCaller(organization.api_key);
  return { caller, session_id: await caller.open() };
}

const look = (caller: McpCaller, session_id: string) => caller.request("tools/call", LOOK, { session_id });

describe("a session", () => {
  it("is known by an id that nobody can guess", async () => {
    const caller = new McpCaller((await createOrganization()).api_key);
    const [one, two] = [await caller.open(), await caller.open()];
    expect(one).toMatch(/^mses_[\w-]{32}$/);
    expect(one).not.toBe(two);
  });

  it("knows its client and what it sees, also after an eviction, whatever a later request says", async () => {
    const organization = await createOrganization();
    const caller = new McpCaller(organization.api_key);
    const view = { readonly: true, toolsets: ["products"] };
    const session_id = await caller.open({ ...CLIENT, info: { name: "careful" } }, { view });
    await evict(organization);
    expect(resultOf(await look(caller, session_id))).toEqual({ view, client: { name: "careful" }, charged: 0 });
  });

  it.each([
    ["another key of the organization", async (organization: TestOrganization) => (await makeKey(organization)).caller],
    ["a test key of the organization", async (organization: TestOrganization) => (await makeKey(organization, { environment: "test" })).caller],
    ["another organization", async () => new McpCaller((await createOrganization()).api_key)],
  ])("is unknown to %s, in the same words as one that never was", async (_whose, other) => {
    const organization = await createOrganization();
    const { session_id } = await sessionOf(organization);
    const stranger = await other(organization);
    const refused = await look(stranger, session_id);
    expect(refused.failure).toMatchObject(unknown_session);
    expect(refused.failure).toEqual((await look(stranger, "mses_00000000000000000000000000000000")).failure);
    for (const type of ["touch", "end"] as const) expect((await stranger.send({ type, session_id })).failure).toMatchObject(unknown_session);
    expect((await stranger.send({ type: "cancel", session_id, id: 1 })).failure).toMatchObject(unknown_session);
    expect((await stranger.send({ type: "respond", session_id, id: 1, result: {}, error: null })).failure).toMatchObject(unknown_session);
    expect(await stranger.follow({ kind: "session", session_id, after: null })).toMatchObject({ failure: unknown_session });
  });

  it("ends when its client says so, and its stream with it", async () => {
    const organization = await createOrganization();
    const { caller, session_id } = await sessionOf(organization);
    await caller.request("resources/subscribe", { uri: "test://products" }, { session_id });
    const stream = await caller.followed({ kind: "session", session_id, after: null });
    expect((await caller.send({ type: "end", session_id })).reply).toEqual({ kind: "done" });
    expect((await stream.untilClosed()).code).toBe(4410);
    expect((await look(caller, session_id)).failure).toMatchObject(unknown_session);
    const [left] = await sql(organization, "SELECT (SELECT count(*) FROM mcp_sessions) + (SELECT count(*) FROM mcp_subscriptions) AS rows");
    expect(left).toEqual({ rows: 0 });
  });

  it("takes with it all that its calls said, once who listens was told that they are over", async () => {
    const organization = await createOrganization();
    const { caller, session_id } = await sessionOf(organization);
    const call_id = await caller.call({ name: "work" }, { session_id, progress_token: "p" });
    await caller.call({ name: "confirm" }, { session_id });
    const stream = await caller.followed({ kind: "call", call_id, session_id, after: 0 });
    await stream.until("ready");
    await caller.send({ type: "end", session_id });
    expect(await outcomeOf(stream)).toMatchObject({ error: { data: { code: "GONE" } } });
    const rows = "SELECT id FROM mcp_calls UNION ALL SELECT call_id FROM mcp_messages UNION ALL SELECT key FROM jobs WHERE kind LIKE 'mcp.%'";
    expect(await sql(organization, rows)).toEqual([]);
  });

  it("works in a sandbox, for test keys alone", async () => {
    const organization = await createOrganization();
    const { caller } = await makeKey(organization, { environment: "test" });
    const session_id = await caller.open();
    expect(resultOf(await look(caller, session_id))).toMatchObject({ client: CLIENT.info });
    const { failure } = await look(new McpCaller(organization.api_key), session_id);
    expect(failure).toMatchObject(unknown_session);
  });

  it("says no more of its client than fits", async () => {
    const caller = new McpCaller((await createOrganization()).api_key);
    const { failure } = await caller.send({ type: "initialize", client: { ...CLIENT, info: { name: "n".repeat(20_000) } } });
    expect(failure).toMatchObject({ code: "PAYLOAD_TOO_LARGE" });
  });
});

describe("a session that is not used", () => {
  const endOf = async (organization: TestOrganization): Promise<number> =>
    Number((await sql(organization, "SELECT expires_at FROM mcp_sessions"))[0]!.expires_at);

  it("is over after a day, which use puts off, written down every ten minutes at most", async () => {
    const organization = await createOrganization();
    const { caller, session_id } = await sessionOf(organization);
    const end = await endOf(organization);
    expect(end - Date.now()).toBeGreaterThan(86_390_000);
    await look(caller, session_id);
    expect(await endOf(organization)).toBe(end);
    await sql(organization, "UPDATE mcp_sessions SET expires_at = expires_at - 601000");
    await caller.send({ type: "touch", session_id });
    expect(await endOf(organization)).toBeGreaterThanOrEqual(end);
  });

  it("is removed by its job, but not one that was used meanwhile", async () => {
    const organization = await createOrganization();
    const { caller, session_id } = await sessionOf(organization);
    await runJob(organization, "mcp.session", session_id);
    expect((await look(caller, session_id)).reply?.kind).toBe("result");
    await sql(organization, "UPDATE mcp_sessions SET expires_at = 1");
    expect((await look(caller, session_id)).failure).toMatchObject(unknown_session);
    await runJob(organization, "mcp.session", session_id);
    expect(await sql(organization, "SELECT id FROM mcp_sessions")).toEqual([]);
    expect(await sql(organization, "SELECT key FROM jobs WHERE kind = 'mcp.session'")).toEqual([]);
  });

  it("is removed with its calls by the daily maintenance where its job did not run", async () => {
    const organization = await createOrganization();
    const { caller, session_id } = await sessionOf(organization);
    await caller.call({ name: "confirm" }, { session_id });
    await sql(organization, "DELETE FROM jobs WHERE kind LIKE 'mcp.%'");
    await sql(organization, "UPDATE mcp_sessions SET expires_at = 1");
    await sql(organization, "UPDATE mcp_calls SET expires_at = 1");
    await runJob(organization, "maintenance.daily", "");
    expect(
      await sql(organization, "SELECT id FROM mcp_sessions UNION ALL SELECT id FROM mcp_calls UNION ALL SELECT call_id FROM mcp_messages"),
    ).toEqual([]);
  });

  it("stays while its stream is open", async () => {
    const organization = await createOrganization();
    const { caller, session_id } = await sessionOf(organization);
    const stream = await caller.followed({ kind: "session", session_id, after: null });
    await stream.until("ready");
    await sql(organization, "UPDATE mcp_sessions SET expires_at = 1");
    await evict(organization);
    await runJob(organization, "mcp.session", session_id);
    expect((await look(caller, session_id)).reply?.kind).toBe("result");
    await createProduct(organization);
    await stream.until("change");
    stream.close();
  });
});

describe("an organization that is deleted", () => {
  it("closes every stream of its sessions, its sandbox's too", async () => {
    const organization = await createOrganization();
    const { caller, session_id } = await sessionOf(organization);
    const test = (await makeKey(organization, { environment: "test" })).caller;
    const [stream, sandbox] = [
      await caller.followed({ kind: "session", session_id, after: null }),
      await test.followed({ kind: "session", session_id: await test.open(), after: null }),
    ];
    await pause();
    await send("DELETE", `/api/v1/organizations/${organization.id}`, { key: organization.api_key });
    expect((await stream.untilClosed()).code).toBe(4401);
    expect((await sandbox.untilClosed()).code).toBe(4401);
    expect((await look(caller, session_id)).failure).toMatchObject({ code: "UNAUTHENTICATED" });
  });
});
