import { describe, expect, it } from "vitest";
import { hashSecret } from "../../src/actors/secrets/routed_secret.ts";
import { createOrganization, OPERATOR_TOKEN, send, type ErrorBody, type TestOrganization } from "../support/api.ts";
import { addMember, grant, keyWith, letInClient, sql } from "../support/members.ts";

interface ClientBody {
  id: string;
  client_id: string;
  client_secret: string | null;
  version: number;
  [field: string]: unknown;
}

const PUBLIC_KEY = {
  kty: "EC",
  crv: "P-256",
  x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
  y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
};
const CALLBACK = "https://office.example.com/callback";
const MACHINE = { name: "Machine", scopes: ["products:read"] };
const WEB = { name: "Back office", scopes: ["products:read"], redirect_uris: [CALLBACK] };

const post = (key: string, body: unknown) => send<ClientBody & ErrorBody>("POST", "/api/v1/oauth-clients", { key, body });
const patch = (key: string, id: string, body: unknown, headers: Record<string, string> = {}) =>
  send<ClientBody & ErrorBody>("PATCH", `/api/v1/oauth-clients/${id}`, { key, body, headers });
const rotate = (key: string, id: string, body: unknown = {}) =>
  send<ClientBody & ErrorBody>("POST", `/api/v1/oauth-clients/${id}/rotate-secret`, { key, body });

async function create({ api_key }: TestOrganization, body: unknown): Promise<ClientBody> {
  const reply = await post(api_key, body);
  expect(reply.status, JSON.stringify(reply.body)).toBe(201);
  return reply.body;
}

describe("an OAuth client", () => {
  it("is shown its secret once, and only the hash is stored", async () => {
    const organization = await createOrganization();
    const made = await create(organization, MACHINE);
    expect(made.client_id.startsWith(`${made.id}.${organization.id}.`)).toBe(true);
    expect(made.client_secret).toMatch(/^crow_secret_[0-9A-Za-z]{86}$/);
    expect(made.hint).toBe(`crow_secret_…${made.client_secret!.slice(-4)}`);
    const key = organization.api_key;
    for (const path of [`/oauth-clients/${made.id}`, "/oauth-clients", "/audit-log"]) {
      const { status, body } = await send("GET", `/api/v1${path}`, { key });
      expect(status).toBe(200);
      expect(JSON.stringify(body)).not.toMatch(/secret_hash|client_secret"|crow_secret_[0-9A-Za-z]/);
    }
    expect(await sql(organization, "SELECT secret_hash FROM oauth_clients")).toEqual([{ secret_hash: hashSecret(made.client_secret!) }]);
  });

  it.each([
    [MACHINE, { token_endpoint_auth_method: "client_secret_basic", grant_types: ["client_credentials"], redirect_uris: [] }],
    [WEB, { token_endpoint_auth_method: "client_secret_basic", grant_types: ["authorization_code", "refresh_token"], redirect_uris: [CALLBACK] }],
    [
      { ...WEB, token_endpoint_auth_method: "none" },
      { client_secret: null, hint: null },
    ],
    [
      { ...MACHINE, token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [PUBLIC_KEY] } },
      { client_secret: null, jwks: { keys: [PUBLIC_KEY] } },
    ],
    [
      { ...MACHINE, token_endpoint_auth_method: "private_key_jwt", jwks_uri: "https://keys.example.com/jwks" },
      { jwks_uri: "https://keys.example.com/jwks" },
    ],
    [{ ...WEB, grant_types: ["authorization_code", "client_credentials"] }, { grant_types: ["authorization_code", "client_credentials"] }],
    [{ ...WEB, redirect_uris: ["http://127.0.0.1/cb", "com.example.app:/cb"] }, { redirect_uris: ["http://127.0.0.1/cb", "com.example.app:/cb"] }],
    [{ ...MACHINE, token_endpoint_auth_method: "client_secret_post", client_uri: "https://example.com/" }, { client_uri: "https://example.com/" }],
  ])("made of %j becomes %j", async (body, expected) => {
    const organization = await createOrganization();
    expect(await create(organization, body)).toMatchObject({
      external: false,
      suspended: false,
      suspended_at: null,
      last_used_at: null,
      ...expected,
    });
  });

  it.each([
    ["no scope", { ...MACHINE, scopes: [] }, "scopes"],
    ["an unknown scope", { ...MACHINE, scopes: ["everything"] }, "scopes.0"],
    ["no name", { scopes: ["products:read"] }, "name"],
    ["a name that turns the direction of writing", { ...MACHINE, name: "Shop \u202eevil" }, "name"],
    ["a name with a line break", { ...MACHINE, name: "Shop\nVerified" }, "name"],
    ["a long name", { ...MACHINE, name: "x".repeat(101) }, "name"],
    ["a home page that runs a script", { ...MACHINE, client_uri: "javascript:alert(1)" }, "client_uri"],
    ["an unknown grant type", { ...MACHINE, grant_types: ["password"] }, "grant_types.0"],
    ["an unknown method", { ...MACHINE, token_endpoint_auth_method: "client_secret_jwt" }, "token_endpoint_auth_method"],
    ["client credentials for a public client", { ...MACHINE, token_endpoint_auth_method: "none" }, "grant_types"],
    ["codes without a redirect URI", { ...MACHINE, grant_types: ["authorization_code"] }, "redirect_uris"],
    ["refresh tokens alone", { ...MACHINE, grant_types: ["refresh_token"] }, "grant_types"],
    ["an http redirect", { ...WEB, redirect_uris: [CALLBACK, "http://office.example.com/callback"] }, "redirect_uris.1"],
    ["a javascript: redirect", { ...WEB, redirect_uris: ["javascript:alert(1)"] }, "redirect_uris.0"],
    ["a redirect with a fragment", { ...WEB, redirect_uris: [`${CALLBACK}#x`] }, "redirect_uris.0"],
    ["a redirect with a wildcard", { ...WEB, redirect_uris: ["https://*.example.com/"] }, "redirect_uris.0"],
    ["eleven redirects", { ...WEB, redirect_uris: Array.from({ length: 11 }, (_, index) => `${CALLBACK}/${index}`) }, "redirect_uris"],
    ["private_key_jwt without keys", { ...MACHINE, token_endpoint_auth_method: "private_key_jwt" }, "jwks"],
    ["keys for a secret's client", { ...MACHINE, jwks: { keys: [PUBLIC_KEY] } }, "jwks"],
    ["a key set's URL for a secret's client", { ...MACHINE, jwks_uri: "https://keys.example.com/jwks" }, "jwks_uri"],
    [
      "keys and a key set's URL",
      { ...MACHINE, token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [PUBLIC_KEY] }, jwks_uri: "https://keys.example.com/jwks" },
      "jwks_uri",
    ],
    ["an internal key set's URL", { ...MACHINE, token_endpoint_auth_method: "private_key_jwt", jwks_uri: "https://keys.internal/jwks" }, "jwks_uri"],
    ["an http key set's URL", { ...MACHINE, token_endpoint_auth_method: "private_key_jwt", jwks_uri: "http://keys.example.com/" }, "jwks_uri"],
    [
      "a private key",
      {
        ...MACHINE,
        token_endpoint_auth_method: "private_key_jwt",
        jwks: { keys: [{ ...PUBLIC_KEY, d: "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI" }] },
      },
      "jwks.keys.0.d",
    ],
    [
      "a symmetric key",
      { ...MACHINE, token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [{ kty: "oct", k: "c2VjcmV0" }] } },
      "jwks.keys.0.kty",
    ],
    ["no key", { ...MACHINE, token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [] } }, "jwks.keys"],
    [
      "eleven keys",
      { ...MACHINE, token_endpoint_auth_method: "private_key_jwt", jwks: { keys: Array.from({ length: 11 }, () => PUBLIC_KEY) } },
      "jwks.keys",
    ],
    ["a secret of its own", { ...MACHINE, client_secret: "mine" }, "client_secret"],
  ])("with %s is refused", async (_what, body, field) => {
    const { api_key } = await createOrganization();
    const reply = await post(api_key, body);
    expect([reply.status, reply.body.error?.code, reply.body.error?.details.field]).toEqual([400, "VALIDATION_ERROR", field]);
  });

  it("gets no scope that its maker lacks, at creation, by an update or by a new secret", async () => {
    const organization = await createOrganization();
    const maker = await keyWith(organization, ["oauth_clients:write", "oauth_clients:read", "products:read"]);
    const wide = await create(organization, { name: "Wide", scopes: ["products:write"] });
    for (const reply of [
      await post(maker, { ...MACHINE, scopes: ["products:write"] }),
      await rotate(maker, wide.id),
      await patch(maker, (await post(maker, MACHINE)).body.id, { scopes: ["products:read", "products:write"] }),
    ])
      expect([reply.status, reply.body.error.details.required_scope]).toEqual([403, "products:write"]);
  });

  it("is not taken over by who lacks its scopes: neither its redirect URIs nor its keys", async () => {
    const organization = await createOrganization();
    const maker = await keyWith(organization, ["oauth_clients:write"]);
    const web = await create(organization, WEB);
    const keyed = await create(organization, { ...MACHINE, token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [PUBLIC_KEY] } });
    for (const reply of [
      await patch(maker, web.id, { redirect_uris: ["https://evil.example/"] }),
      await patch(maker, keyed.id, { jwks: { keys: [PUBLIC_KEY] } }),
      await patch(maker, keyed.id, { jwks_uri: "https://evil.example/jwks" }),
    ])
      expect([reply.status, reply.body.error.details.required_scope]).toEqual([403, "products:read"]);
    expect((await patch(maker, web.id, { name: "Renamed" })).status).toBe(200);
  });

  it("gets a tier from the operator alone, and from others no more than the organization has", async () => {
    const organization = await createOrganization({ tier: "starter" });
    const { id } = await create(organization, MACHINE);
    const key = organization.api_key;
    expect((await patch(key, id, { tier: "enterprise" })).body.error.details).toMatchObject({ field: "tier", required_scope: "operator" });
    expect((await patch(key, id, { rate_limit: { per_minute: 301 } })).body.error.details).toMatchObject({ field: "rate_limit.per_minute" });
    expect((await post(key, { ...MACHINE, rate_limit: { per_day: 50_001 } })).status).toBe(403);
    expect((await patch(key, id, { rate_limit: { per_minute: 300 } })).body.rate_limit).toEqual({ per_minute: 300 });
    const by_operator = await patch(OPERATOR_TOKEN, id, { tier: "enterprise", rate_limit: null }, { "X-Organization-Id": organization.id });
    expect(by_operator.body).toMatchObject({ tier: "enterprise", rate_limit: null });
  });

  it("changes what is sent and keeps the rest, on the version that was read", async () => {
    const organization = await createOrganization();
    const key = organization.api_key;
    const made = await create(organization, WEB);
    const { client_secret: _secret, ...before } = made;
    const renamed = await patch(key, made.id, { name: "Office" });
    expect(renamed.body).toEqual({ ...before, name: "Office", version: 2, updated_at: renamed.body.updated_at });
    expect((await patch(key, made.id, { name: "X" }, { "If-Match": '"1"' })).status).toBe(412);
    const v2 = (if_match?: string) =>
      send<ClientBody & ErrorBody>("PATCH", `/api/v2/oauth-clients/${made.id}`, {
        key,
        body: { redirect_uris: [`${CALLBACK}/2`] },
        headers: if_match ? { "If-Match": if_match } : {},
      });
    expect((await v2()).status).toBe(428);
    expect((await v2('"2"')).body).toMatchObject({ redirect_uris: [`${CALLBACK}/2`], version: 3 });
    expect((await patch(key, made.id, { redirect_uris: [] })).body.error.details.field).toBe("redirect_uris");
    expect((await patch(key, made.id, { grant_types: ["client_credentials"] })).body.error.details.field).toBe("grant_types");
  });

  it("moves from keys to a key set's URL and back, and never has both", async () => {
    const organization = await createOrganization();
    const key = organization.api_key;
    const { id } = await create(organization, { ...MACHINE, token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [PUBLIC_KEY] } });
    const url = "https://keys.example.com/jwks";
    expect((await patch(key, id, { jwks_uri: url })).body).toMatchObject({ jwks: null, jwks_uri: url });
    expect((await patch(key, id, { jwks: { keys: [PUBLIC_KEY] } })).body).toMatchObject({ jwks: { keys: [PUBLIC_KEY] }, jwks_uri: null });
    expect((await patch(key, id, { jwks: { keys: [PUBLIC_KEY] }, jwks_uri: url })).status).toBe(400);
    expect((await rotate(key, id)).body.error.code).toBe("CONFLICT");
  });

  it("keeps its old secret for the overlap of a rotation, and not without one", async () => {
    const organization = await createOrganization();
    const key = organization.api_key;
    const made = await create(organization, MACHINE);
    const stored = async () =>
      (
        await sql<{ now: string; before: string | null }>(
          organization,
          "SELECT secret_hash AS now, previous_secret_hash AS before FROM oauth_clients",
        )
      )[0];
    const second = await rotate(key, made.id, { overlap_s: 60 });
    expect(second.body.client_id).toBe(made.client_id);
    expect(await stored()).toEqual({ now: hashSecret(second.body.client_secret!), before: hashSecret(made.client_secret!) });
    expect(Date.parse(String(second.body.previous_secret_expires_at)) - Date.now()).toBeGreaterThan(50_000);
    const third = await rotate(key, made.id, { overlap_s: 0 });
    expect(await stored()).toEqual({ now: hashSecret(third.body.client_secret!), before: null });
    expect((await rotate(key, made.id, { overlap_s: 8 * 86_400 })).body.error.details.field).toBe("overlap_s");
    const v2 = await send<ErrorBody>("POST", `/api/v2/oauth-clients/${made.id}/rotate-secret`, { key, body: {} });
    expect(v2.status).toBe(428);
  });

  it("is suspended and let in again, each told of once", async () => {
    const organization = await createOrganization();
    const key = organization.api_key;
    const { id } = await create(organization, MACHINE);
    const suspended = await patch(key, id, { suspended: true });
    expect(suspended.body).toMatchObject({ suspended: true, suspended_at: suspended.body.updated_at });
    expect((await patch(key, id, { suspended: true, name: "Still" })).body.suspended_at).toBe(suspended.body.suspended_at);
    const list = (query: string) => send<{ data: ClientBody[] }>("GET", `/api/v1/oauth-clients?${query}`, { key });
    expect((await list("suspended=true")).body.data).toHaveLength(1);
    expect((await list("suspended=false")).body.data).toHaveLength(0);
    expect((await patch(key, id, { suspended: false })).body).toMatchObject({ suspended: false, suspended_at: null });
    const audit = await send<{ data: { type: string }[] }>("GET", `/api/v1/audit-log?subject=${id}`, { key });
    expect(audit.body.data.map(({ type }) => type)).toEqual([
      "oauth_client.unsuspended",
      "oauth_client.updated",
      "oauth_client.suspended",
      "oauth_client.created",
    ]);
  });

  it("that is deleted takes its consents, codes and grants with it, and no other's", async () => {
    const organization = await createOrganization();
    const key = organization.api_key;
    const { account_id } = await addMember(organization, "member");
    const gone = await create(organization, WEB);
    const stays = await create(organization, WEB);
    const ended = await grant(organization, { oauth_client_id: gone.id, account_id });
    const own = await grant(organization, { oauth_client_id: gone.id, account_id: null });
    await grant(organization, { oauth_client_id: stays.id, account_id });
    expect((await send("DELETE", `/api/v2/oauth-clients/${gone.id}`, { key })).status).toBe(428);
    expect((await send("DELETE", `/api/v2/oauth-clients/${gone.id}`, { key, headers: { "If-Match": '"1"' } })).body).toEqual({
      id: gone.id,
      deleted: true,
    });
    expect((await send("GET", `/api/v1/oauth-clients/${gone.id}`, { key })).status).toBe(404);
    const revoked = await sql<{ id: string }>(organization, "SELECT id FROM oauth_grants WHERE revoked_reason = 'client_deleted'");
    expect(revoked.map(({ id }) => id).toSorted()).toEqual([ended, own].toSorted());
    expect(await sql(organization, "SELECT oauth_client_id FROM oauth_consents")).toEqual([{ oauth_client_id: stays.id }]);
    expect(await sql(organization, "SELECT count(*) AS n FROM oauth_codes WHERE grant_id IS NULL")).toEqual([{ n: 1 }]);
  });

  it("is one of at most 200 of the organization's own", async () => {
    const organization = await createOrganization();
    await letInClient(organization);
    await sql(
      organization,
      `WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 199)
       INSERT INTO oauth_clients (id, client_id, external, name, token_endpoint_auth_method, redirect_uris, grant_types, created_at, updated_at, version)
       SELECT 'cli_' || number, number, 0, 'Many', 'none', '[]', '[]', 0, 0, 1 FROM numbers`,
    );
    await create(organization, MACHINE);
    const reply = await post(organization.api_key, MACHINE);
    expect([reply.status, reply.body.error.code, reply.body.error.details.limit]).toEqual([409, "CONFLICT", 200]);
  });

  it("is read with oauth_clients:read and changed with oauth_clients:write alone, and not by a test key", async () => {
    const organization = await createOrganization();
    const { id } = await create(organization, MACHINE);
    const reader = await keyWith(organization, ["oauth_clients:read"]);
    expect((await send("GET", `/api/v1/oauth-clients/${id}`, { key: reader })).status).toBe(200);
    expect((await patch(reader, id, { suspended: true })).body.error.details.required_scope).toBe("oauth_clients:write");
    const writer = await keyWith(organization, ["oauth_clients:write"]);
    expect((await send<ErrorBody>("GET", "/api/v1/oauth-grants", { key: writer })).body.error.details.required_scope).toBe("oauth_clients:read");
  });
});

describe("a client from elsewhere", () => {
  it("can be limited and suspended", async () => {
    const organization = await createOrganization();
    const id = await letInClient(organization);
    const changed = await patch(organization.api_key, id, { suspended: true, rate_limit: { per_minute: 5 } });
    expect(changed.body).toMatchObject({ external: true, suspended: true, rate_limit: { per_minute: 5 }, scopes: null });
    const listed = await send<{ data: ClientBody[] }>("GET", "/api/v1/oauth-clients?external=true", { key: organization.api_key });
    expect(listed.body.data.map((client) => client.id)).toEqual([id]);
  });

  it.each([
    [{ name: "Ours" }, "name"],
    [{ redirect_uris: [CALLBACK] }, "redirect_uris"],
    [{ scopes: ["products:read"] }, "scopes"],
    [{ client_uri: null }, "client_uri"],
    [{ jwks: { keys: [PUBLIC_KEY] } }, "jwks"],
    [{ jwks_uri: "https://keys.example.com/jwks" }, "jwks_uri"],
    [{ suspended: false, name: "Ours" }, "name"],
  ])("cannot be changed by %j", async (body, field) => {
    const organization = await createOrganization();
    const reply = await patch(organization.api_key, await letInClient(organization), body);
    expect([reply.status, reply.body.error.code, reply.body.error.details.field]).toEqual([403, "FORBIDDEN", field]);
  });

  it("has no secret to rotate", async () => {
    const organization = await createOrganization();
    const reply = await rotate(organization.api_key, await letInClient(organization));
    expect([reply.status, reply.body.error.code]).toEqual([409, "CONFLICT"]);
  });
});
