import { describe, expect, it } from "vitest";
import { createOrganization, OPERATOR_TOKEN, send, type ErrorBody } from "../support/api.ts";

describe("organizations", () => {
  it("are created by the operator with a first key that works at once", async () => {
    const created = await send("POST", "/api/v1/organizations", { key: OPERATOR_TOKEN, body: { name: "Acme", tier: "free" } });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ name: "Acme", tier: "free", status: "active", api_key: expect.stringMatching(/^crow_live_/) as string });
    const read = await send("GET", `/api/v1/organizations/${String(created.body.id)}`, { key: String(created.body.api_key) });
    expect(read.status).toBe(200);
    expect(read.body.name).toBe("Acme");
    expect(read.body).not.toHaveProperty("api_key");
  });

  it("are listed as far as the credential sees: all for the operator, its own for a key", async () => {
    const first = await createOrganization();
    const second = await createOrganization();
    const all = await send<{ data: { id: string }[] }>("GET", "/api/v1/organizations?limit=2", { key: OPERATOR_TOKEN });
    expect(all.body.data.map(({ id }) => id)).toEqual([second.id, first.id]);
    const own = await send<{ data: { id: string }[]; next_cursor: string | null }>("GET", "/v1/organizations", { key: first.api_key });
    expect(own.body.data.map(({ id }) => id)).toEqual([first.id]);
    expect(own.body.next_cursor).toBeNull();
  });

  it("cannot be created, and their tier not raised, with an organization's key", async () => {
    const { id, api_key } = await createOrganization();
    const created = await send<ErrorBody>("POST", "/api/v1/organizations", { key: api_key, body: { name: "Mine" } });
    expect(created.status).toBe(403);
    const raised = await send<ErrorBody>("PATCH", `/api/v1/organizations/${id}`, { key: api_key, body: { tier: "enterprise" } });
    expect(raised.status).toBe(403);
    expect(raised.body.error.details.required_scope).toBe("operator");
  });

  it("take over the operator's tier for the next request's limits", async () => {
    const { id, api_key } = await createOrganization({ tier: "free" });
    const before = await send("GET", `/api/v1/organizations/${id}`, { key: api_key });
    expect(before.headers.get("X-RateLimit-Limit")).toBe("60");
    await send("PATCH", `/api/v1/organizations/${id}`, { key: OPERATOR_TOKEN, body: { tier: "professional" } });
    const after = await send("GET", `/api/v1/organizations/${id}`, { key: api_key });
    expect(after.headers.get("X-RateLimit-Limit")).toBe("1000");
  });

  it("keep the settings that a change does not name", async () => {
    const { id, api_key } = await createOrganization({ settings: { live_late_after_s: 120, persisted_operations_only: true } });
    const changed = await send<{ settings: object }>("PATCH", `/api/v1/organizations/${id}`, {
      key: api_key,
      body: { settings: { allowed_origins: ["https://shop.example"] } },
    });
    expect(changed.body.settings).toEqual({ allowed_origins: ["https://shop.example"], live_late_after_s: 120, persisted_operations_only: true });
  });

  it("answer a repeated create with the same Idempotency-Key by the same organization and key", async () => {
    const options = { key: OPERATOR_TOKEN, body: { name: "Once" }, headers: { "Idempotency-Key": crypto.randomUUID() } };
    const first = await send("POST", "/api/v1/organizations", options);
    const second = await send("POST", "/api/v1/organizations", options);
    expect(second.status).toBe(201);
    expect(second.headers.get("Idempotency-Replayed")).toBe("true");
    expect(second.body).toEqual(first.body);
  });

  it("refuse a slug that is taken", async () => {
    await createOrganization({ slug: "taken-slug" });
    const second = await send<ErrorBody>("POST", "/api/v1/organizations", { key: OPERATOR_TOKEN, body: { name: "Other", slug: "taken-slug" } });
    expect(second.status).toBe(409);
    expect(second.body.error.details.field).toBe("slug");
  });

  it("are gone after deletion: the key is nobody, the operator finds nothing", async () => {
    const { id, api_key } = await createOrganization();
    await send("POST", "/api/v1/products", { key: api_key, body: { name: "Shirt" } });
    const deleted = await send("DELETE", `/api/v1/organizations/${id}`, { key: api_key });
    expect(deleted.body).toEqual({ id, deleted: true });
    expect((await send("GET", "/api/v1/products", { key: api_key })).status).toBe(401);
    expect((await send("GET", `/api/v1/organizations/${id}`, { key: OPERATOR_TOKEN })).status).toBe(404);
  });
});
