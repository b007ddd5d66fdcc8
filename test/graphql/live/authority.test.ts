import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { LIVE_CLOSE } from "../../../src/domain/live.ts";
import { openLive } from "../../../src/edge/graphql/open_live.ts";
import { graphqlExecutor } from "../../../src/protocols/graphql/executor.ts";
import { InnerConnection, type Ending } from "../../../src/protocols/graphql/live/inner_connection.ts";
import { createOrganization, send, type TestOrganization } from "../../support/api.ts";
import { exchangeCode, obtainCode, registerClient, signedInMember } from "../../oauth/support.ts";
import { memberToken } from "../../support/members.ts";
import { follow, pause, sseClient, wsClient } from "./clients.ts";
import { RawSocket } from "./raw_socket.ts";
import { makeKey, product, PRODUCTS, subscribed } from "./support.ts";

describe("whose credential no longer holds", () => {
  it.each([["awake"], ["asleep"]])("is closed with 4401 when the key is revoked, the actor being %s", async (state) => {
    const organization = await createOrganization();
    const { id, key } = await makeKey(organization);
    const [raw, other] = [await subscribed(key), await subscribed(organization.api_key)];
    if (state === "asleep") await evictDurableObject(env.ORGANIZATIONS.getByName(organization.id));
    await send("DELETE", `/api/v1/api-keys/${id}`, { key: organization.api_key });
    expect((await raw.untilClosed()).code).toBe(4401);
    await product(organization, "A");
    await other.until("next");
    expect(raw.of("next")).toEqual([]);
    other.close();
  });

  it.each([["awake"], ["asleep"]])("is closed with 4403 when the key loses the scope, the actor being %s", async (state) => {
    const organization = await createOrganization();
    const { id, key } = await makeKey(organization, { scopes: ["products:read", "exports:read"] });
    const raw = await subscribed(key);
    if (state === "asleep") await evictDurableObject(env.ORGANIZATIONS.getByName(organization.id));
    await send("PATCH", `/api/v1/api-keys/${id}`, { key: organization.api_key, body: { scopes: ["exports:read"] } });
    expect((await raw.untilClosed()).code).toBe(4403);
  });

  it("stays when it loses another scope, and sees from then on what is left", async () => {
    const organization = await createOrganization();
    const { id, key } = await makeKey(organization, { scopes: ["products:read", "interactions:read"] });
    const raw = await RawSocket.joined(key);
    raw.subscribe("a", "subscription { productChanged { product { title recentInteractions(first: 1) { id } } } }");
    await pause();
    await product(organization, "A");
    expect((await raw.until("next"))[0]!.payload).not.toHaveProperty("errors");
    await send("PATCH", `/api/v1/api-keys/${id}`, { key: organization.api_key, body: { scopes: ["products:read"] } });
    await product(organization, "B");
    expect((await raw.until("next", 2))[1]!.payload).toMatchObject({
      errors: [{ extensions: { code: "FORBIDDEN", details: { required_scope: "interactions:read" } } }],
    });
    expect(raw.closed).toBeNull();
    raw.close();
  });

  it("is closed with 4403 when the key expires, so that clients come again with another, also when that was decided later", async () => {
    const organization = await createOrganization();
    const in_ms = (ms: number): string => new Date(Date.now() + ms).toISOString();
    const soon = await makeKey(organization, { expires_at: in_ms(1_500) });
    const later = await makeKey(organization, { expires_at: in_ms(3_600_000) });
    const longer = await makeKey(organization, { expires_at: in_ms(1_500) });
    const [one, two, three] = [await subscribed(soon.key), await subscribed(later.key), await subscribed(longer.key)];
    await send("PATCH", `/api/v1/api-keys/${later.id}`, { key: organization.api_key, body: { expires_at: in_ms(1_500) } });
    await send("PATCH", `/api/v1/api-keys/${longer.id}`, { key: organization.api_key, body: { expires_at: in_ms(3_600_000) } });
    expect((await one.untilClosed()).code).toBe(4403);
    expect((await two.untilClosed()).code).toBe(4403);
    await pause(500);
    expect(three.closed).toBeNull();
    await product(organization, "A");
    await three.until("next");
    three.close();
  });

  it("is closed with 4403 when the key may no longer be used from its address", async () => {
    const organization = await createOrganization();
    const { id, key } = await makeKey(organization);
    const raw = await subscribed(key);
    await send("PATCH", `/api/v1/api-keys/${id}`, { key: organization.api_key, body: { allowed_ips: ["192.0.2.1"] } });
    expect((await raw.untilClosed()).code).toBe(4403);
  });

  it("is closed when the secret that a rotation replaced ends: at once with 4401, after an overlap with 4403", async () => {
    const organization = await createOrganization();
    const [at_once, later] = await Promise.all([makeKey(organization), makeKey(organization)]);
    const [one, two] = [await subscribed(at_once.key), await subscribed(later.key)];
    const rotate = (id: string, overlap_s: number): Promise<unknown> =>
      send("POST", `/api/v1/api-keys/${id}/rotate`, { key: organization.api_key, body: { overlap_s } });
    await rotate(at_once.id, 0);
    expect((await one.untilClosed()).code).toBe(4401);
    await rotate(later.id, 1);
    await product(organization, "A");
    await two.until("next");
    expect((await two.untilClosed()).code).toBe(4403);
  });

  it("is closed with 4401 when the organization is deleted, which open connections do not hinder", async () => {
    const organization = await createOrganization();
    const raw = await subscribed(organization.api_key);
    const { body } = await send("POST", "/api/v1/api-keys", {
      key: organization.api_key,
      body: { name: "Test", scopes: ["products:read"], environment: "test" },
    });
    const sandbox = await subscribed(String(body.key));
    const received = follow(sseClient(organization.api_key), PRODUCTS);
    await pause();
    expect((await send("DELETE", `/api/v1/organizations/${organization.id}`, { key: organization.api_key })).status).toBe(200);
    expect((await raw.untilClosed()).code).toBe(4401);
    expect((await sandbox.untilClosed()).code).toBe(4401);
    await received.untilOver();
    expect(received.answers.at(-1)!.errors![0]!.extensions.code).toBe("UNAUTHENTICATED");
  });

  it("learns it by server-sent events as a last answer", async () => {
    const organization = await createOrganization();
    const { id, key } = await makeKey(organization);
    const received = follow(sseClient(key), PRODUCTS);
    await pause();
    await send("DELETE", `/api/v1/api-keys/${id}`, { key: organization.api_key });
    await received.untilOver();
    expect(received.answers).toMatchObject([{ errors: [{ extensions: { code: "UNAUTHENTICATED" } }] }]);
    expect(received.completed).toBe(true);
  });

  it("is told by the real client as a fatal close, without a retry", async () => {
    const organization = await createOrganization();
    const { id, key } = await makeKey(organization);
    let connections = 0;
    const client = wsClient(key, { retryAttempts: 5, on: { connecting: () => void (connections += 1) } });
    const received = follow(client, PRODUCTS);
    await pause();
    await send("DELETE", `/api/v1/api-keys/${id}`, { key: organization.api_key });
    await received.untilOver();
    expect(received.error).toMatchObject({ code: 4401 });
    expect(connections).toBe(1);
  });
});

describe("a connection with an access token", () => {
  async function withToken(): Promise<{ organization: TestOrganization; member: Awaited<ReturnType<typeof signedInMember>>; token: string }> {
    const organization = await createOrganization();
    const member = await signedInMember(organization, "admin");
    const client = await registerClient();
    const { body } = await exchangeCode(client, await obtainCode(member, client.client_id, { scope: "products:read" }));
    return { organization, member, token: body.access_token! };
  }

  it("follows what happens, also after the actor was evicted, until its grant is revoked", async () => {
    const { organization, member, token } = await withToken();
    const raw = await subscribed(token);
    await evictDurableObject(env.ORGANIZATIONS.getByName(organization.id));
    await product(organization, "A");
    await raw.until("next");
    const grants = await send<{ data: { id: string }[] }>("GET", `/api/v1/oauth-grants?account_id=${member.account_id}`, {
      key: organization.api_key,
    });
    await send("DELETE", `/api/v1/oauth-grants/${grants.body.data[0]!.id}`, { key: organization.api_key });
    expect((await raw.untilClosed()).code).toBe(4401);
  });

  it("is closed with 4401 when its member is removed", async () => {
    const { organization, member, token } = await withToken();
    const raw = await subscribed(token);
    await send("DELETE", `/api/v1/members/${member.account_id}`, { key: organization.api_key });
    expect((await raw.untilClosed()).code).toBe(4401);
  });

  it("ends as expired when the token expires, by the edge's clock and before anything more is told", async () => {
    const organization = await createOrganization();
    const { credential } = await memberToken(organization, { token_id: "token", lasts_ms: 1_500 });
    const opening = {
      credential,
      protocol: "graphql",
      request_id: "req_test",
      ip: null,
      origin: null,
      base_url: "http://crow.test",
      schema_hash: graphqlExecutor.schema_hash,
    };
    const ended = vi.fn<(ending: Ending) => void>();
    const inner = await InnerConnection.open(() => openLive(env, opening, organization.id), ended);
    if ("failure" in inner) throw new Error(inner.failure.message);
    const socket = await openLive(env, opening, organization.id);
    if ("failure" in socket) throw new Error(socket.failure.message);
    const closed = new Promise<number>((resolve) => socket.addEventListener("close", ({ code }) => resolve(code)));
    socket.accept();
    await vi.waitUntil(() => ended.mock.calls.length > 0, { timeout: 5_000 });
    expect(Date.now()).toBeGreaterThanOrEqual(credential.expires_at_ms);
    expect(ended).toHaveBeenCalledExactlyOnceWith({ code: LIVE_CLOSE.expired, reason: "The credential has expired; connect again with a new one" });
    // Whoever pays no heed to that time is not told anything more either.
    const other = await subscribed(organization.api_key);
    await product(organization, "A");
    expect(await closed).toBe(LIVE_CLOSE.expired);
    other.close();
    expect(await openLive(env, opening, organization.id)).toMatchObject({ failure: { code: "UNAUTHENTICATED" } });
  });
});
