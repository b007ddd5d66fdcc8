import { describe, expect, it } from "vitest";
import { createOrganization, send, type TestOrganization } from "../../support/api.ts";
import { addMember, grant, memberToken } from "../../support/members.ts";
import { McpCaller } from "./caller.ts";
import { changesOf, following, later, listen, PRODUCTS, RESOURCES, subscribe, TOOLS } from "./following.ts";
import { createProduct, evict, makeKey, pause } from "./support.ts";
import { useTestTools } from "./test_tools.ts";

useTestTools();

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
      body: { expires_at: new Date(Date.now() + 60_000).toISOString() },
    });
    const clock = later(60_001);
    await createProduct(organization);
    expect((await stream.untilClosed()).code).toBe(4498);
    clock.letGo();
    expect(changesOf(stream)).toEqual([]);
  });

  it("with an access token is judged by its grant, and goes on with the next token of the same client and member", async () => {
    const organization = await createOrganization();
    const { credential, oauth_client_id } = await memberToken(organization, { token_id: "one", lasts_ms: 60_000 });
    const caller = new McpCaller(credential);
    const session_id = await caller.open();
    await subscribe(caller, session_id, PRODUCTS.uri);
    const stream = await caller.followed({ kind: "session", session_id, after: null });
    const clock = later(60_001);
    await createProduct(organization);
    expect((await stream.untilClosed()).code).toBe(4498);
    clock.letGo();
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
    await send("DELETE", `/api/v1/members/${credential.account_id}`, { key: organization.api_key });
    expect((await again.untilClosed()).code).toBe(4401);
  });

  it("in a sandbox is let go when the live actor no longer knows the key", async () => {
    const { key, caller } = keyed({ environment: "test" });
    const { organization, stream, caller: test } = await following(caller);
    await test.request("tools/call", { name: "create" });
    await stream.until("change", 2);
    await send("DELETE", `/api/v1/api-keys/${key.id}`, { key: organization.api_key });
    const clock = later(61_000);
    const other = await makeKey(organization, { environment: "test" });
    await other.caller.request("tools/call", { name: "create" });
    expect((await stream.untilClosed()).code).toBe(4401);
    clock.letGo();
    expect(stream.of("change")).toHaveLength(2);
  });

  it("who is nobody is not let in", async () => {
    const { organization } = await following();
    const key = await makeKey(organization);
    await send("DELETE", `/api/v1/api-keys/${key.id}`, { key: organization.api_key });
    expect(await key.caller.follow(listen([]))).toMatchObject({ failure: { code: "UNAUTHENTICATED" } });
  });
});
