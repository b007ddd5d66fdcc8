// What a token may do follows members, clients and grants from the next request on. Tokens are given to the actor as the edge gives them once it has verified them.
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { executeByText, organizationActor } from "../../src/actors/rpc.ts";
import type { Person } from "../../src/domain/accounts/account.ts";
import type { Call, Outcome } from "../../src/domain/execute.ts";
import { ROLES, type Role } from "../../src/domain/roles.ts";
import { ALL_SCOPES, type Scope } from "../../src/domain/scopes.ts";
import { createOrganization, send, type TestOrganization } from "../support/api.ts";
import { addMember, grant } from "../support/members.ts";

interface Application {
  organization: TestOrganization;
  client: { id: string; client_id: string };
  /** Runs one call with a token of this grant. */
  call: (token: Token, operation: string, input?: object, idempotency_key?: string) => Promise<Outcome>;
}

interface Token {
  grant_id: string;
  account_id: string | null;
  scopes: readonly Scope[];
}

async function application(scopes: readonly Scope[] = ALL_SCOPES): Promise<Application> {
  const organization = await createOrganization();
  const { body: client } = await send<{ id: string; client_id: string }>("POST", "/api/v1/oauth-clients", {
    key: organization.api_key,
    body: { name: "Application", scopes, redirect_uris: ["https://app.example/callback"] },
  });
  const call: Application["call"] = async (token, operation, input = {}, idempotency_key = undefined) => {
    const calls: Call[] = [{ operation, input, ...(idempotency_key ? { idempotency_key } : {}) }];
    const result = await executeByText(organizationActor(env, organization.id), {
      credential: {
        kind: "access_token",
        organization_id: organization.id,
        client_id: client.client_id,
        token_id: crypto.randomUUID(),
        expires_at_ms: Date.now() + 60_000,
        ...token,
        scopes: [...token.scopes],
      },
      calls,
      protocol: "rest/v1",
      request_id: "req_test",
      ip: null,
      origin: null,
      base_url: "http://crow.test",
    });
    return result.outcomes[0]!;
  };
  return { organization, client, call };
}

async function tokenFor({ organization, client }: Application, person: Person | null, scopes: readonly Scope[] = ALL_SCOPES): Promise<Token> {
  const account_id = person && person.account_id;
  return { grant_id: await grant(organization, { oauth_client_id: client.id, account_id, scopes: [...scopes] }), account_id, scopes };
}

async function memberToken(app: Application, role: Role): Promise<{ person: Person; token: Token }> {
  const person = await addMember(app.organization, role);
  return { person, token: await tokenFor(app, person) };
}

const codeOf = (outcome: Outcome): string => (outcome.ok ? "OK" : outcome.failure.code);
const valueOf = <Value>(outcome: Outcome): Value => {
  expect(outcome).toMatchObject({ ok: true });
  return (outcome as { value: Value }).value;
};
const change = ({ organization }: Application, method: string, path: string, body?: unknown): Promise<number> =>
  send(method, `/api/v1${path}`, { key: organization.api_key, body }).then(({ status }) => status);

describe("a token", () => {
  it("is refused while its client is suspended, and after the client was deleted", async () => {
    const app = await application();
    const { token } = await memberToken(app, "member");
    const path = `/oauth-clients/${app.client.id}`;
    expect(codeOf(await app.call(token, "products.list"))).toBe("OK");
    expect(await change(app, "PATCH", path, { suspended: true })).toBe(200);
    expect(codeOf(await app.call(token, "products.list"))).toBe("FORBIDDEN");
    expect(await change(app, "PATCH", path, { suspended: false })).toBe(200);
    expect(codeOf(await app.call(token, "products.list"))).toBe("OK");
    expect(await change(app, "DELETE", path)).toBe(200);
    expect(codeOf(await app.call(token, "products.list"))).toBe("UNAUTHENTICATED");
    await evictDurableObject(env.ORGANIZATIONS.getByName(app.organization.id));
    expect(codeOf(await app.call(token, "products.list"))).toBe("UNAUTHENTICATED");
  });

  it("of a removed member is refused, and joining again does not revive it", async () => {
    const app = await application();
    const { person, token } = await memberToken(app, "member");
    expect(codeOf(await app.call(token, "products.list"))).toBe("OK");
    expect(await change(app, "DELETE", `/members/${person.account_id}`)).toBe(200);
    expect(codeOf(await app.call(token, "products.list"))).toBe("UNAUTHENTICATED");
    await addMember(app.organization, "member", person);
    expect(codeOf(await app.call(token, "products.list"))).toBe("UNAUTHENTICATED");
  });

  it("can do what the member's role can, as it is now", async () => {
    const app = await application();
    const { person, token } = await memberToken(app, "member");
    expect(codeOf(await app.call(token, "products.create", { title: "Shirt" }))).toBe("OK");
    expect(await change(app, "PATCH", `/members/${person.account_id}`, { role: "viewer" })).toBe(200);
    expect(codeOf(await app.call(token, "products.create", { title: "Shirt" }))).toBe("FORBIDDEN");
    expect(codeOf(await app.call(token, "products.list"))).toBe("OK");
    expect(await change(app, "PATCH", `/members/${person.account_id}`, { role: "admin" })).toBe(200);
    expect(codeOf(await app.call(token, "products.create", { title: "Shirt" }))).toBe("OK");
  });

  it("can do what its client may, as it is now", async () => {
    const app = await application();
    const { token } = await memberToken(app, "owner");
    expect(codeOf(await app.call(token, "products.list"))).toBe("OK");
    expect(await change(app, "PATCH", `/oauth-clients/${app.client.id}`, { scopes: ["insights:read"] })).toBe(200);
    expect(codeOf(await app.call(token, "products.list"))).toBe("FORBIDDEN");
  });

  it("of a revoked grant is refused, others of the same client are not", async () => {
    const app = await application();
    const { token } = await memberToken(app, "member");
    const other = await memberToken(app, "member");
    expect(await change(app, "DELETE", `/oauth-grants/${token.grant_id}`)).toBe(200);
    expect(codeOf(await app.call(token, "products.list"))).toBe("UNAUTHENTICATED");
    expect(codeOf(await app.call(other.token, "products.list"))).toBe("OK");
  });

  it("of an admin makes no owner, removes none, and gives no key or client what it lacks", async () => {
    const app = await application();
    const owner = await addMember(app.organization, "owner");
    await addMember(app.organization, "owner");
    const viewer = await addMember(app.organization, "viewer");
    const { token, person } = await memberToken(app, "admin");
    for (const [operation, input] of [
      ["members.update", { account_id: viewer.account_id, role: "owner" }],
      ["members.update", { account_id: person.account_id, role: "owner" }],
      ["members.remove", { account_id: owner.account_id }],
      ["invitations.create", { email: "a@example.com", role: "owner" }],
      ["api_keys.create", { name: "Wide", scopes: ["organizations:delete"] }],
      ["oauth_clients.create", { name: "Wide", scopes: ["organizations:delete"] }],
    ] as const)
      expect(await app.call(token, operation, input), operation).toMatchObject({
        ok: false,
        failure: { code: "FORBIDDEN", details: { required_scope: "organizations:delete" } },
      });
    expect(codeOf(await app.call(token, "members.update", { account_id: viewer.account_id, role: "admin" }))).toBe("OK");
  });

  it("names the person in what it does: in invitations and in the audit log", async () => {
    const app = await application();
    const { token, person } = await memberToken(app, "owner");
    const invitation = valueOf<{ id: string; invited_by: string }>(
      await app.call(token, "invitations.create", { email: "a@example.com", role: "viewer" }),
    );
    expect(invitation.invited_by).toBe(person.account_id);
    const audit = await send<{ data: { principal: unknown; type: string }[] }>("GET", `/api/v1/audit-log?account_id=${person.account_id}`, {
      key: app.organization.api_key,
    });
    expect(audit.body.data[0]).toMatchObject({
      type: "invitation.created",
      principal: { kind: "oauth_client", id: app.client.id, account_id: person.account_id },
    });
  });

  it("of one member does not get the answer to another's Idempotency-Key", async () => {
    const app = await application();
    const [first, second] = [await memberToken(app, "member"), await memberToken(app, "member")];
    const own = await tokenFor(app, null);
    const made = [];
    for (const token of [first.token, second.token, own, first.token])
      made.push(await app.call(token, "products.create", { title: "Shirt" }, "the same key"));
    expect(made.map((outcome) => outcome.ok && outcome.replayed)).toEqual([false, false, false, true]);
    const ids = made.map((outcome) => valueOf<{ id: string }>(outcome).id);
    expect(new Set(ids).size).toBe(3);
    expect(ids[3]).toBe(ids[0]);
  });

  it("uses its client's bucket, whoever it acts for, and leaves its mark there", async () => {
    const app = await application();
    const key = app.organization.api_key;
    await change(app, "PATCH", `/oauth-clients/${app.client.id}`, { rate_limit: { per_minute: 10 } });
    const [first, second] = [await memberToken(app, "member"), await memberToken(app, "viewer")];
    for (const { token } of [first, second, second]) await app.call(token, "products.list");
    const all = await send<Record<string, unknown>>("GET", "/api/v1/usage", { key });
    expect(all.body.oauth_client_limits).toEqual([
      { oauth_client_id: app.client.id, name: "Application", minute: expect.objectContaining({ limit: 10, remaining: 7 }) as object, day: null },
    ]);
    const one = await send<Record<string, unknown>>("GET", `/api/v1/usage?oauth_client_id=${app.client.id}`, { key });
    expect(one.body).toMatchObject({
      totals: { calls: 3 },
      limits: [],
      usage: [{ credential: app.client.id, operation: "products.list", calls: 3 }],
      oauth_client_limits: [{ oauth_client_id: app.client.id }],
    });
    const read = await send("GET", `/api/v1/oauth-clients/${app.client.id}`, { key });
    expect(Math.abs(Date.now() - Date.parse(String(read.body.last_used_at)))).toBeLessThan(60_000);
    await change(app, "PATCH", `/oauth-clients/${app.client.id}`, { suspended: true });
    const without = await send<Record<string, unknown>>("GET", "/api/v1/usage", { key });
    expect(without.body.oauth_client_limits).toEqual([]);
  });
});

describe("roles", () => {
  it("contain each other, so that the higher of two is well defined", () => {
    const [owner, admin, member, viewer] = [ROLES.owner, ROLES.admin, ROLES.member, ROLES.viewer];
    for (const [more, less] of [
      [owner, admin],
      [admin, member],
      [member, viewer],
    ] as const)
      expect(less.filter((scope) => !more.includes(scope))).toEqual([]);
    expect(owner).toEqual(ALL_SCOPES);
  });
});
