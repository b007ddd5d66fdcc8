import { describe, expect, it, vi } from "vitest";
import type { McpAnswer } from "../../../src/domain/mcp/command.ts";
import { createOrganization, send, type TestOrganization } from "../../support/api.ts";
import { CLIENT, errorOf, McpCaller, resultOf } from "./caller.ts";
import { useTestTools } from "./test_tools.ts";

useTestTools();

async function limited(tier = "free"): Promise<{ organization: TestOrganization; caller: McpCaller }> {
  const organization = await createOrganization({ tier });
  return { organization, caller: new McpCaller(organization.api_key) };
}

const call = (caller: McpCaller, name: string): Promise<McpAnswer> => caller.request("tools/call", { name });
const remaining = ({ limit }: McpAnswer): number => limit!.minute!.remaining;

describe("a request", () => {
  it("is charged what it costs, and told so", async () => {
    const { caller } = await limited();
    const before = remaining(await call(caller, "look"));
    const answer = await call(caller, "read");
    expect(resultOf(answer)).toEqual({ found: true, charged: 3 });
    expect(before - remaining(answer)).toBe(3);
    expect(answer.operations).toEqual(["read"]);
  });

  it("that the bucket does not admit does not run, and takes nothing", async () => {
    const { caller } = await limited();
    let answer = await call(caller, "read");
    while (remaining(answer) >= 3) answer = await call(caller, "read");
    const left = remaining(answer);
    const refused = await call(caller, "confirm");
    expect(refused).toMatchObject({ reply: null, failure: { code: "RATE_LIMITED", details: { cost: 5 } } });
    expect(refused.retry_after_s).toBeGreaterThan(0);
    expect(remaining(refused)).toBe(left);
    expect((await call(caller, "look")).failure).toBeNull();
  });

  it("that cannot be read costs what a call of an unknown operation does", async () => {
    const { caller } = await limited();
    const before = remaining(await call(caller, "look"));
    const answer = await caller.request("nothing/here");
    expect(errorOf(answer)).toMatchObject({ code: -32_601 });
    expect(before - remaining(answer)).toBe(1);
  });

  it("of the protocol's own costs nothing, opening a session neither", async () => {
    const { caller } = await limited();
    const before = remaining(await call(caller, "look"));
    const session_id = await caller.open();
    const touched = await caller.send({ type: "touch", session_id });
    expect(remaining(touched)).toBe(before);
  });

  it("counts for usage with exactly what the bucket lost, whether it ran or not", async () => {
    const { organization, caller } = await limited("professional");
    const session_id = await caller.open();
    const before = remaining(await call(caller, "look"));
    await Promise.all(["read", "create", "work", "refused", "wrong", "broken"].map((name) => call(caller, name)));
    await caller.request("nothing/here");
    await caller.request("tools/call", { name: "confirm" }, { session_id });
    const lost = before - remaining(await call(caller, "look"));
    const { body } = await send<{ usage: { protocol: string; cost: number }[] }>("GET", "/api/v1/usage", {
      key: organization.api_key,
    });
    const counted = body.usage.filter(({ protocol }) => protocol === "mcp").reduce((sum, { cost }) => sum + cost, 0);
    expect(lost).toBe(3 + 1 + 1 + 2 + 2 + 2 + 1 + 5);
    expect(counted).toBe(lost);
  });
});

describe("what goes wrong in a request", () => {
  it("is the catalogue's failure where an operation refused, and JSON-RPC's error where the protocol did", async () => {
    const { caller } = await limited();
    expect((await call(caller, "refused")).failure).toEqual({ code: "CONFLICT", message: "It collides", details: { with: "something" } });
    expect(errorOf(await call(caller, "wrong"))).toEqual({ code: -32_602, message: "Not like this" });
  });

  it("is told without detail where it is our fault, and logged with the request", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const { caller } = await limited();
    const { failure } = await call(caller, "broken");
    expect(failure).toMatchObject({ code: "INTERNAL_ERROR", details: {} });
    expect(JSON.stringify(failure)).not.toContain("secret");
    expect(logged.mock.calls.flat().join()).toMatch(/req_test.*a secret of ours/);
  });

  it("is a refusal where nobody says who asks", async () => {
    const { caller } = await limited();
    expect(errorOf(await caller.request("tools/call", { name: "look" }, { client: null }))).toMatchObject({ code: -32_600 });
  });

  it("is UNAUTHENTICATED for a key that was revoked, in a session too", async () => {
    const organization = await createOrganization();
    const { body } = await send<{ id: string; key: string }>("POST", "/api/v1/api-keys", {
      key: organization.api_key,
      body: { name: "Gone soon", scopes: ["products:read"] },
    });
    const caller = new McpCaller(body.key);
    const session_id = await caller.open();
    await send("DELETE", `/api/v1/api-keys/${body.id}`, { key: organization.api_key });
    const refused = await caller.request("tools/call", { name: "look" }, { session_id });
    expect(refused).toMatchObject({ reply: null, failure: { code: "UNAUTHENTICATED" } });
    expect((await caller.send({ type: "initialize", client: CLIENT })).failure).toMatchObject({ code: "UNAUTHENTICATED" });
  });

  it("is told an organization that never was as a credential that is not valid", async () => {
    const { caller } = await limited();
    const foreign = { ...caller.credential, organization_id: "org_01jd0000000000000000000000" } as typeof caller.credential;
    expect((await call(new McpCaller(foreign), "look")).failure).toMatchObject({ code: "UNAUTHENTICATED" });
  });
});

describe("subscriptions", () => {
  const subscribe = (caller: McpCaller, uri: string, session_id: string | null): Promise<McpAnswer> =>
    caller.request("resources/subscribe", { uri }, session_id === null ? {} : { session_id });

  it("are a session's alone", async () => {
    const { caller } = await limited();
    expect(errorOf(await subscribe(caller, "test://products", null))).toMatchObject({ code: -32_600 });
  });

  it("are a hundred in a session at most, each with a URI of 512 characters", async () => {
    const { caller } = await limited("enterprise");
    const session_id = await caller.open();
    for (let index = 0; index < 100; index++) resultOf(await subscribe(caller, `test://products/${index}`, session_id));
    resultOf(await subscribe(caller, "test://products/0", session_id));
    expect(errorOf(await subscribe(caller, "test://products/more", session_id))).toMatchObject({
      data: { code: "CONFLICT", details: { limit: 100 } },
    });
    resultOf(await caller.request("resources/unsubscribe", { uri: "test://products/0" }, { session_id }));
    resultOf(await subscribe(caller, "test://products/more", session_id));
    expect(errorOf(await subscribe(caller, `test://products/${"x".repeat(500)}`, session_id))).toMatchObject({ code: -32_602 });
  });
});
