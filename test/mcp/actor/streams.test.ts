import { describe, expect, it, vi } from "vitest";
import { Followers } from "../../../src/actors/organization/mcp/followers.ts";
import type { McpChange, McpFollow } from "../../../src/domain/mcp/stream.ts";
import type { AccessTokenCredential } from "../../../src/domain/principal.ts";
import { createOrganization, send, type TestOrganization } from "../../support/api.ts";
import { addMember, grant, letInClient } from "../../support/members.ts";
import { McpCaller } from "./caller.ts";
import type { InnerSocket } from "./inner_socket.ts";
import { createProduct, evict, makeKey, pause, sql } from "./support.ts";
import { useTestTools } from "./test_tools.ts";

useTestTools();

const PRODUCTS = { kind: "resource", uri: "test://products" } as const satisfies McpChange;
const RESOURCES: McpChange = { kind: "list", list: "resources" };
const TOOLS: McpChange = { kind: "list", list: "tools" };

interface Following {
  organization: TestOrganization;
  caller: McpCaller;
  session_id: string;
  stream: InnerSocket;
}

/** A session that follows products, with its stream open. */
async function following(caller_of?: (organization: TestOrganization) => Promise<McpCaller>): Promise<Following> {
  const organization = await createOrganization();
  const caller = caller_of ? await caller_of(organization) : new McpCaller(organization.api_key);
  const session_id = await caller.open();
  await subscribe(caller, session_id, PRODUCTS.uri);
  const stream = await caller.followed({ kind: "session", session_id, after: null });
  await stream.until("ready");
  return { organization, caller, session_id, stream };
}

const subscribe = (caller: McpCaller, session_id: string, uri: string): Promise<unknown> =>
  caller.request("resources/subscribe", { uri }, { session_id });
const changesOf = (stream: InnerSocket): McpChange[] => stream.of("change").map(({ change }) => change);
const listen = (uris: string[], lists: Extract<McpFollow, { kind: "listen" }>["lists"] = []): McpFollow => ({ kind: "listen", lists, uris });
const placeOf = (stream: InnerSocket): string => String(stream.of("change").at(-1)!.id);

describe("a session's stream", () => {
  it.each([
    ["awake", false],
    ["asleep", true],
  ])("is told what it subscribed to and that lists changed, the actor being %s", async (_state, asleep) => {
    const { organization, stream } = await following();
    if (asleep) await evict(organization);
    await createProduct(organization);
    await stream.until("change", 2);
    expect(changesOf(stream)).toEqual(expect.arrayContaining([PRODUCTS, RESOURCES]));
    expect(stream.of("ready")).toEqual([{ type: "ready", id: "log.0" }]);
    expect(placeOf(stream)).toBe("log.1");
  });

  it("is told each distinct change once a second, the last one too", async () => {
    const { organization, stream } = await following();
    for (let index = 0; index < 5; index++) await createProduct(organization, `P ${index}`);
    await stream.until("change", 4);
    await pause(1_200);
    expect(stream.of("change")).toHaveLength(4);
    expect(placeOf(stream)).toBe("log.5");
  });

  it("never gives a place beyond a change that is still to be told", async () => {
    const { organization, caller, session_id, stream } = await following();
    await subscribe(caller, session_id, "test://exports");
    await createProduct(organization);
    await stream.until("change", 2);
    await createProduct(organization);
    await send("POST", "/api/v1/exports", { key: organization.api_key, body: { resource: "products", format: "csv" } });
    await vi.waitUntil(() => changesOf(stream).some((change) => change.kind === "resource" && change.uri === "test://exports"), { interval: 1 });
    const told = stream.of("change").find(({ change }) => change.kind === "resource" && change.uri === "test://exports")!;
    expect(told.id).toBe("log.1");
    const resumed = await caller.followed({ kind: "session", session_id, after: told.id });
    await resumed.until("change", 3);
    expect(changesOf(resumed)).toEqual(expect.arrayContaining([PRODUCTS, RESOURCES]));
  });

  it("follows what is subscribed to while it is open, and no longer what is not", async () => {
    const { organization, caller, session_id, stream } = await following();
    await subscribe(caller, session_id, "test://products/other");
    await caller.request("resources/unsubscribe", { uri: PRODUCTS.uri }, { session_id });
    await createProduct(organization);
    await stream.until("change", 2);
    await pause();
    expect(changesOf(stream)).toEqual(expect.arrayContaining([{ kind: "resource", uri: "test://products/other" }, RESOURCES]));
    expect(stream.of("change")).toHaveLength(2);
  });

  it("is one: another takes its place", async () => {
    const { organization, caller, session_id, stream } = await following();
    const second = await caller.followed({ kind: "session", session_id, after: null });
    expect((await stream.untilClosed()).code).toBe(4409);
    await createProduct(organization);
    await second.until("change", 2);
    expect(changesOf(stream)).toEqual([]);
  });

  it("is told nothing of another organization", async () => {
    const [one, other] = [await following(), await following()];
    await createProduct(one.organization);
    await one.stream.until("change", 2);
    await pause();
    expect(changesOf(other.stream)).toEqual([]);
  });

  it("tells two clients of an organization each other's changes", async () => {
    const one = await following();
    const { caller } = await makeKey(one.organization);
    const session_id = await caller.open();
    await caller.request("tools/call", { name: "create" }, { session_id });
    await one.stream.until("change", 2);
  });
});

describe("a session's stream that comes back", () => {
  it("is told once what changed meanwhile, from its place in the log on, however much that was", async () => {
    const { organization, caller, session_id, stream } = await following();
    await createProduct(organization);
    await stream.until("change", 2);
    const after = placeOf(stream);
    stream.close();
    await sql(
      organization,
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) INSERT INTO events (type, subject, at, data) SELECT 'product.updated', 'prd_x', 0, '{}' FROM n",
    );
    await createProduct(organization);
    const again = await caller.followed({ kind: "session", session_id, after });
    await again.until("change", 2);
    await pause(1_200);
    expect(again.of("ready")).toEqual([{ type: "ready", id: after }]);
    const told = changesOf(again);
    expect(told.filter(({ kind }) => kind === "list")).toEqual([RESOURCES]);
    expect(told.filter(({ kind }) => kind === "resource").length).toBeLessThanOrEqual(2);
    expect(placeOf(again)).toBe("log.2502");
    await createProduct(organization);
    await vi.waitUntil(() => placeOf(again) === "log.2503");
  });

  it("is told nothing where nothing changed", async () => {
    const { caller, session_id, stream, organization } = await following();
    await createProduct(organization);
    await stream.until("change", 2);
    const again = await caller.followed({ kind: "session", session_id, after: placeOf(stream) });
    await again.until("ready");
    await pause();
    expect(again.of("change")).toEqual([]);
  });

  it.each([
    ["forgot it", "log.3"],
    ["never reached it", "log.999"],
  ])("is told that everything may have changed where the log %s", async (_why, after) => {
    const { organization, caller, session_id } = await following();
    for (let index = 0; index < 6; index++) await createProduct(organization, `P ${index}`);
    await sql(organization, "DELETE FROM events WHERE seq < 6");
    const again = await caller.followed({ kind: "session", session_id, after });
    await again.until("change", 4);
    expect(changesOf(again)).toEqual(expect.arrayContaining([PRODUCTS, RESOURCES, TOOLS, { kind: "list", list: "prompts" }]));
    expect(placeOf(again)).toBe("log.6");
  });

  it.each([["nonsense"], ["mcall_01jd0000000000000000000000.1"], ["log.-1"], ["log.1e3"]])(
    "with a place that is none of its own is refused: %s",
    async (after) => {
      const { caller, session_id } = await following();
      expect(await caller.follow({ kind: "session", session_id, after })).toMatchObject({ failure: { code: "VALIDATION_ERROR" } });
    },
  );

  it("hears that its tools changed where its key did meanwhile", async () => {
    const key: { id?: string } = {};
    const { organization, caller, session_id, stream } = await following(async (made_in) => {
      const made = await makeKey(made_in);
      key.id = made.id;
      return made.caller;
    });
    await createProduct(organization);
    await stream.until("change", 2);
    const after = placeOf(stream);
    stream.close();
    await pause();
    await send("PATCH", `/api/v1/api-keys/${key.id}`, { key: organization.api_key, body: { scopes: ["products:read"] } });
    const again = await caller.followed({ kind: "session", session_id, after });
    await again.until("change");
    expect(changesOf(again)).toEqual([TOOLS]);
  });
});

describe("a listener without a session", () => {
  it("is told what it asked for, and nothing else; it has no place to come back to", async () => {
    const organization = await createOrganization();
    const caller = new McpCaller(organization.api_key);
    const [both, lists] = [
      await caller.followed(listen([PRODUCTS.uri, "test://nothing"])),
      await caller.followed(listen([], ["resources", "prompts"])),
    ];
    await Promise.all([both.until("ready"), lists.until("ready")]);
    await evict(organization);
    await createProduct(organization);
    await Promise.all([both.until("change"), lists.until("change")]);
    await pause();
    expect(both.frames).toEqual([
      { type: "ready", id: null },
      { type: "change", id: null, change: PRODUCTS },
    ]);
    expect(changesOf(lists)).toEqual([RESOURCES]);
  });

  it("is told nothing about what it may not read", async () => {
    const organization = await createOrganization();
    const { caller } = await makeKey(organization, { scopes: ["exports:read"] });
    const stream = await caller.followed(listen([PRODUCTS.uri]));
    await stream.until("ready");
    await createProduct(organization);
    await pause();
    expect(changesOf(stream)).toEqual([]);
  });

  it("follows a hundred resources at most, in an opening of so many characters", async () => {
    const caller = new McpCaller((await createOrganization()).api_key);
    const uris = (count: number, length: number) => Array.from({ length: count }, (_, index) => `test://${index}`.padEnd(length, "x"));
    expect(await caller.follow(listen(uris(101, 10)))).toMatchObject({ failure: { code: "VALIDATION_ERROR", details: { limit: 100 } } });
    expect(await caller.follow(listen(uris(20, 500)))).toMatchObject({ failure: { code: "VALIDATION_ERROR", details: { limit: 8_192 } } });
    const stream = await caller.followed(listen(uris(100, 40)));
    await stream.until("ready");
    stream.close();
  });
});

describe("who follows", () => {
  const keyed = (input: Record<string, unknown> = {}) => {
    const key: { id: string } = { id: "" };
    return {
      key,
      caller: async (organization: TestOrganization): Promise<McpCaller> => {
        const made = await makeKey(organization, input);
        key.id = made.id;
        return made.caller;
      },
    };
  };

  it.each([
    ["awake", false],
    ["asleep", true],
  ])("is closed with 4401 when the key is revoked, the actor being %s", async (_state, asleep) => {
    const { key, caller } = keyed();
    const { organization, stream } = await following(caller);
    if (asleep) await evict(organization);
    await send("DELETE", `/api/v1/api-keys/${key.id}`, { key: organization.api_key });
    expect((await stream.untilClosed()).code).toBe(4401);
    await createProduct(organization);
    expect(changesOf(stream)).toEqual([]);
  });

  it.each([
    ["awake", false],
    ["asleep", true],
  ])("hears that the tools changed when it may do less, and nothing more of what it cannot read, the actor being %s", async (_state, asleep) => {
    const { key, caller } = keyed();
    const { organization, stream } = await following(caller);
    if (asleep) await evict(organization);
    await send("PATCH", `/api/v1/api-keys/${key.id}`, { key: organization.api_key, body: { scopes: ["exports:read"] } });
    await stream.until("change");
    expect(changesOf(stream)).toEqual([TOOLS]);
    await createProduct(organization);
    await stream.until("change", 2);
    await pause();
    expect(changesOf(stream)).toEqual([TOOLS, RESOURCES]);
  });

  it("hears nothing of tools when somebody else's key changes, or its own in another way", async () => {
    const { key, caller } = keyed();
    const { organization, stream } = await following(caller);
    const other = await makeKey(organization);
    await send("PATCH", `/api/v1/api-keys/${other.id}`, { key: organization.api_key, body: { scopes: ["exports:read"] } });
    await send("PATCH", `/api/v1/api-keys/${key.id}`, { key: organization.api_key, body: { name: "Renamed" } });
    await pause();
    expect(changesOf(stream)).toEqual([]);
  });

  it("is closed with 4498 before it is told anything after its key expired", async () => {
    const { key, caller } = keyed();
    const { organization, stream } = await following(caller);
    await send("PATCH", `/api/v1/api-keys/${key.id}`, {
      key: organization.api_key,
      body: { expires_at: new Date(Date.now() + 1_100).toISOString() },
    });
    await pause(1_300);
    await createProduct(organization);
    expect((await stream.untilClosed()).code).toBe(4498);
    expect(changesOf(stream)).toEqual([]);
  });

  it("with an access token is judged by its grant, and goes on with the next token of the same client and member", async () => {
    const organization = await createOrganization();
    const { account_id } = await addMember(organization, "viewer");
    const oauth_client_id = await letInClient(organization);
    const grant_id = await grant(organization, { oauth_client_id, account_id });
    const credential: AccessTokenCredential = {
      kind: "access_token",
      organization_id: organization.id,
      grant_id,
      client_id: `https://${oauth_client_id}.example/client.json`,
      account_id,
      scopes: ["products:read"],
      token_id: "one",
      expires_at_ms: Date.now() + 1_000,
    };
    const caller = new McpCaller(credential);
    const session_id = await caller.open();
    await subscribe(caller, session_id, PRODUCTS.uri);
    const stream = await caller.followed({ kind: "session", session_id, after: null });
    await pause(1_100);
    await createProduct(organization);
    expect((await stream.untilClosed()).code).toBe(4498);
    const next = new McpCaller({ ...credential, token_id: "two", expires_at_ms: Date.now() + 60_000 });
    const again = await next.followed({ kind: "session", session_id, after: "log.0" });
    await again.until("change", 2);
    const other = await addMember(organization, "viewer");
    const foreign = new McpCaller({
      ...credential,
      grant_id: await grant(organization, { oauth_client_id, account_id: other.account_id }),
      account_id: other.account_id,
      expires_at_ms: Date.now() + 60_000,
    });
    expect(await foreign.follow({ kind: "session", session_id, after: null })).toMatchObject({ failure: { code: "NOT_FOUND" } });
    await send("DELETE", `/api/v1/members/${account_id}`, { key: organization.api_key });
    expect((await again.untilClosed()).code).toBe(4401);
  });

  it("in a sandbox is let go when the live actor no longer knows the key", async () => {
    const { key, caller } = keyed({ environment: "test" });
    const { organization, stream, caller: test } = await following(caller);
    await test.request("tools/call", { name: "create" });
    await stream.until("change", 2);
    await send("DELETE", `/api/v1/api-keys/${key.id}`, { key: organization.api_key });
    const now = Date.now();
    const later = vi.spyOn(Date, "now").mockReturnValue(now + 61_000);
    const other = await makeKey(organization, { environment: "test" });
    await other.caller.request("tools/call", { name: "create" });
    expect((await stream.untilClosed()).code).toBe(4401);
    later.mockRestore();
    expect(stream.of("change")).toHaveLength(2);
  });
});

describe("streams", () => {
  it("are five hundred of one credential at most", async () => {
    const { caller, organization } = await following();
    const count = vi.spyOn(Followers.prototype, "countOf").mockReturnValue(500);
    expect(await caller.follow(listen([]))).toMatchObject({ failure: { code: "UNAVAILABLE", details: { limit: 500 } } });
    count.mockRestore();
    const streams = await Promise.all(Array.from({ length: 20 }, () => caller.followed(listen([], ["resources"]))));
    await createProduct(organization);
    await Promise.all(streams.map((stream) => stream.until("change")));
  });

  it("of a caller who is nobody are not opened", async () => {
    const { organization } = await following();
    const key = await makeKey(organization);
    await send("DELETE", `/api/v1/api-keys/${key.id}`, { key: organization.api_key });
    expect(await key.caller.follow(listen([]))).toMatchObject({ failure: { code: "UNAUTHENTICATED" } });
  });
});
