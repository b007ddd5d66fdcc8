import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createOrganization, OPERATOR_TOKEN, send, type ErrorBody } from "../support/api.ts";

interface KeyBody {
  id: string;
  key: string;
  scopes: string[];
  hint: string;
  [field: string]: unknown;
}

async function createKey(key: string, body: Record<string, unknown>): Promise<KeyBody> {
  const reply = await send<KeyBody>("POST", "/api/v1/api-keys", { key, body });
  expect(reply.status, JSON.stringify(reply.body)).toBe(201);
  return reply.body;
}

describe("an API key", () => {
  it("is shown once, and only its hash is stored", async () => {
    const { id, api_key } = await createOrganization();
    const created = await createKey(api_key, { name: "Reader", scopes: ["products:read"] });
    expect(created.key).toMatch(/^crow_live_[0-9A-Za-z]{86}$/);
    const read = await send<KeyBody>("GET", `/api/v1/api-keys/${created.id}`, { key: api_key });
    expect(read.body).not.toHaveProperty("key");
    expect(read.body.hint).toBe(created.hint);
    const stored = await env.ORGANIZATIONS.getByName(id)
      .fetch("http://actor/")
      .catch(() => null);
    expect(stored === null || stored.status >= 400).toBe(true);
  });

  it("does what its scopes allow and is refused the rest by name of the scope", async () => {
    const { api_key } = await createOrganization();
    const reader = await createKey(api_key, { name: "Reader", scopes: ["products:read"] });
    expect((await send("GET", "/api/v1/products", { key: reader.key })).status).toBe(200);
    const write = await send<ErrorBody>("POST", "/api/v1/products", { key: reader.key, body: { name: "X" } });
    expect(write.status).toBe(403);
    expect(write.body.error.details.required_scope).toBe("products:write");
  });

  it("works by X-API-Key too", async () => {
    const { api_key } = await createOrganization();
    expect((await send("GET", "/api/v1/products", { headers: { "X-API-Key": api_key } })).status).toBe(200);
  });

  it("is refused from the next request on once revoked, also after the actor was evicted", async () => {
    const { id, api_key } = await createOrganization();
    const key = await createKey(api_key, { name: "Short", scopes: ["products:read"] });
    expect((await send("GET", "/api/v1/products", { key: key.key })).status).toBe(200);
    await send("DELETE", `/api/v1/api-keys/${key.id}`, { key: api_key });
    expect((await send("GET", "/api/v1/products", { key: key.key })).status).toBe(401);
    await evictDurableObject(env.ORGANIZATIONS.getByName(id));
    expect((await send("GET", "/api/v1/products", { key: key.key })).status).toBe(401);
  });

  it("works with old and new secret during the overlap of a rotation, and with the new one alone without", async () => {
    const { api_key } = await createOrganization();
    const key = await createKey(api_key, { name: "Rotating", scopes: ["products:read"] });
    const overlapping = await send<KeyBody>("POST", `/api/v1/api-keys/${key.id}/rotate`, { key: api_key, body: { overlap_s: 60 } });
    expect(overlapping.body.id).toBe(key.id);
    for (const secret of [key.key, overlapping.body.key]) expect((await send("GET", "/api/v1/products", { key: secret })).status).toBe(200);
    const hard = await send<KeyBody>("POST", `/api/v1/api-keys/${key.id}/rotate`, { key: api_key, body: { overlap_s: 0 } });
    expect((await send("GET", "/api/v1/products", { key: overlapping.body.key })).status).toBe(401);
    expect((await send("GET", "/api/v1/products", { key: hard.body.key })).status).toBe(200);
  });

  it("cannot give away, or rotate its way to, what it lacks itself", async () => {
    const { api_key, api_key_id } = await createOrganization();
    const manager = await createKey(api_key, { name: "Manager", scopes: ["api_keys:write", "api_keys:read"] });
    const wider = await send<ErrorBody>("POST", "/api/v1/api-keys", { key: manager.key, body: { name: "Wide", scopes: ["products:read"] } });
    expect([wider.status, wider.body.error.details.required_scope]).toEqual([403, "products:read"]);
    const rotated = await send<ErrorBody>("POST", `/api/v1/api-keys/${api_key_id}/rotate`, { key: manager.key, body: {} });
    expect(rotated.status).toBe(403);
  });

  it("cannot raise its own limits or tier; the operator can", async () => {
    const { id, api_key, api_key_id } = await createOrganization({ tier: "free" });
    const raise = { rate_limit: { per_minute: 100 } };
    expect((await send("PATCH", `/api/v1/api-keys/${api_key_id}`, { key: api_key, body: raise })).status).toBe(403);
    expect((await send("PATCH", `/api/v1/api-keys/${api_key_id}`, { key: api_key, body: { tier: "enterprise" } })).status).toBe(403);
    const raised = await send("PATCH", `/api/v1/api-keys/${api_key_id}`, { key: OPERATOR_TOKEN, body: raise, headers: { "X-Organization-Id": id } });
    expect(raised.status).toBe(200);
    expect((await send("GET", "/api/v1/products", { key: api_key })).headers.get("X-RateLimit-Limit")).toBe("100");
  });

  it("with an allow-list is refused from elsewhere", async () => {
    const { api_key } = await createOrganization();
    const key = await createKey(api_key, { name: "Office", scopes: ["products:read"], allowed_ips: ["203.0.113.0/24", "2001:db8::/32"] });
    const from = (ip: string): Promise<number> =>
      send("GET", "/api/v1/products", { key: key.key, headers: { "CF-Connecting-IP": ip } }).then(({ status }) => status);
    expect(await from("203.0.113.9")).toBe(200);
    expect(await from("2001:db8:1::1")).toBe(200);
    expect(await from("203.0.114.9")).toBe(403);
    expect(await from("not an address")).toBe(403);
  });

  it.each([
    [{ name: "X", scopes: ["everything"] }, "scopes.0"],
    [{ name: "", scopes: ["products:read"] }, "name"],
    [{ name: "X", scopes: ["products:read"], expires_at: "2020-01-01T00:00:00Z" }, "expires_at"],
    [{ name: "X", scopes: ["products:read"], allowed_ips: ["10.0.0.0/33"] }, "allowed_ips.0"],
    [{ name: "X", scopes: ["products:read"], publishable: true }, "scopes"],
    [{ name: "X", scopes: ["api_keys:write"], environment: "test" }, "scopes"],
    [{ name: "X", scopes: ["organizations:write"], environment: "test" }, "scopes"],
    [{ name: "X", scopes: ["organizations:delete"], environment: "test" }, "scopes"],
    [{ name: "X", scopes: ["members:read"], environment: "test" }, "scopes"],
    [{ name: "X", scopes: ["oauth_clients:write"], environment: "test" }, "scopes"],
  ])("is refused with settings %j", async (body, field) => {
    const { api_key } = await createOrganization();
    const reply = await send<ErrorBody>("POST", "/api/v1/api-keys", { key: api_key, body });
    expect([reply.status, reply.body.error.details.field]).toEqual([400, field]);
  });

  it("of the test environment reaches a sandbox of its own and stops with the organization's word", async () => {
    const { api_key } = await createOrganization();
    const test_key = await createKey(api_key, { name: "Test", environment: "test", scopes: ["products:read", "products:write"] });
    expect(test_key.key).toMatch(/^crow_test_/);
    expect((await send("POST", "/api/v1/products", { key: test_key.key, body: { name: "Only a test" } })).status).toBe(201);
    const live = await send<{ data: unknown[] }>("GET", "/api/v1/products", { key: api_key });
    expect(live.body.data).toEqual([]);
    const sandbox = await send<{ data: unknown[] }>("GET", "/api/v1/products", { key: test_key.key });
    expect(sandbox.body.data).toHaveLength(1);
    await send("DELETE", `/api/v1/api-keys/${test_key.id}`, { key: api_key });
    expect((await send("GET", "/api/v1/products", { key: test_key.key })).status).toBe(401);
  });
});

describe("a publishable key", () => {
  it("may be used from the pages the organization allows, and from no other", async () => {
    const { id, api_key } = await createOrganization({ settings: { allowed_origins: ["https://shop.example"] } });
    const key = await createKey(api_key, { name: "Page", publishable: true, scopes: ["interactions:write"] });
    expect(key.key).toMatch(/^crow_live_pub_/);
    const from = (origin: string): Promise<number> =>
      send("GET", `/api/v1/organizations/${id}`, { key: key.key, headers: { Origin: origin } }).then(({ status }) => status);
    const refused = await send<ErrorBody>("GET", `/api/v1/organizations/${id}`, { key: key.key, headers: { Origin: "https://evil.example" } });
    expect(refused.body.error.details.origin).toBe("https://evil.example");
    expect(await from("https://shop.example")).toBe(403);
  });
});
