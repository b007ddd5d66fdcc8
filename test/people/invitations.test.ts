import { env } from "cloudflare:workers";
import { typeidUnboxed } from "typeid-js";
import { describe, expect, it } from "vitest";
import { callOrganization } from "../../src/actors/call.ts";
import { ALL_SCOPES } from "../../src/domain/scopes.ts";
import { createOrganization, OPERATOR_TOKEN, send, type ErrorBody } from "../support/api.ts";
import { accept, addMember, invite, keyWith, readLink, somebody, sql, type InvitationBody } from "../support/members.ts";

describe("an invitation", () => {
  it("answers its link once; only its hash is kept, and shown never", async () => {
    const organization = await createOrganization();
    const key = organization.api_key;
    const made = await invite(organization, "kim@example.com", "member");
    expect(made.url).toMatch(/token=crow_invite_[0-9A-Za-z]{86}$/);
    expect(made).toMatchObject({ email: "kim@example.com", role: "member", status: "open", invited_by: organization.api_key_id });
    expect(Date.parse(String(made.expires_at)) - Date.parse(String(made.created_at))).toBe(7 * 86_400_000);
    const { organization_id, id, secret_hash } = readLink(made);
    expect([organization_id, id]).toEqual([organization.id, made.id]);
    const shown = await Promise.all([
      send("GET", `/api/v1/invitations/${made.id}`, { key }),
      send("GET", "/api/v1/invitations", { key }),
      send("GET", "/api/v1/audit-log", { key }),
      send("GET", "/api/v1/events", { key, headers: { Accept: "application/json" } }),
    ]);
    for (const { status, body } of shown) {
      expect(status).toBe(200);
      expect(JSON.stringify(body)).not.toMatch(/crow_invite_|secret_hash/);
      expect(JSON.stringify(body)).not.toContain(secret_hash);
    }
    expect(await sql(organization, "SELECT secret_hash FROM invitations")).toEqual([{ secret_hash }]);
  });

  it("repeated with its Idempotency-Key answers the same link, which is sealed at rest", async () => {
    const organization = await createOrganization();
    const options = { key: organization.api_key, body: { email: "a@example.com", role: "viewer" }, headers: { "Idempotency-Key": "once" } };
    const first = await send<InvitationBody>("POST", "/api/v1/invitations", options);
    const second = await send<InvitationBody>("POST", "/api/v1/invitations", options);
    expect([second.status, second.body.url]).toEqual([201, first.body.url]);
    const [stored] = await sql<{ outcome: string }>(organization, "SELECT outcome FROM idempotency_keys");
    expect(stored!.outcome).not.toContain("crow_invite_");
  });

  it("describes itself to whoever has the link, and to nobody else", async () => {
    const organization = await createOrganization({ name: "Acme" });
    const { id, secret_hash } = readLink(await invite(organization, "kim@example.com", "admin"));
    const describeIt = (presented: { id: string; secret_hash: string }) => callOrganization(env, organization.id, "describeInvitation", presented);
    expect(await describeIt({ id, secret_hash })).toEqual({
      organization_id: organization.id,
      organization_name: "Acme",
      email: "kim@example.com",
      role: "admin",
      expires_at_ms: expect.any(Number) as number,
    });
    expect(await describeIt({ id, secret_hash: secret_hash.replace(/^./, (digit) => (digit === "0" ? "1" : "0")) })).toBeNull();
    expect(await describeIt({ id, secret_hash: "" })).toBeNull();
    expect(await describeIt({ id: typeidUnboxed("inv"), secret_hash })).toBeNull();
  });

  it("makes its addressee a member once; for them it stays answered the same, for others it is used up", async () => {
    const organization = await createOrganization({ name: "Acme" });
    const person = somebody();
    const made = await invite(organization, person.email, "member");
    expect(await accept(organization, made, somebody())).toBeNull();
    const membership = { organization_id: organization.id, name: "Acme", role: "member" };
    expect(await accept(organization, made, person)).toEqual(membership);
    expect(await accept(organization, made, person)).toEqual(membership);
    expect(await accept(organization, made, { ...somebody(), email: person.email })).toBeNull();
    const read = await send("GET", `/api/v1/invitations/${made.id}`, { key: organization.api_key });
    expect(read.body).toMatchObject({ status: "accepted", account_id: person.account_id });
    expect(await sql(organization, "SELECT account_id, role, version FROM members")).toEqual([
      { account_id: person.account_id, role: "member", version: 1 },
    ]);
  });

  it("is audited as the person's own doing", async () => {
    const organization = await createOrganization();
    const person = await addMember(organization, "viewer");
    const audit = await send<{ data: { type: string; principal: unknown }[] }>("GET", `/api/v1/audit-log?account_id=${person.account_id}`, {
      key: organization.api_key,
    });
    const principal = { kind: "account", id: person.account_id, name: "Kim", account_id: person.account_id, account_name: "Kim" };
    expect(audit.body.data.map((entry) => [entry.type, entry.principal])).toEqual([
      ["member.added", principal],
      ["invitation.accepted", principal],
    ]);
  });

  it("lets nobody back in who was removed after accepting it", async () => {
    const organization = await createOrganization();
    const person = somebody();
    const made = await invite(organization, person.email, "member");
    await accept(organization, made, person);
    await send("DELETE", `/api/v1/members/${person.account_id}`, { key: organization.api_key });
    expect(await accept(organization, made, person)).toBeNull();
    expect(await sql(organization, "SELECT * FROM members")).toEqual([]);
  });

  it("is worth nothing once it expired or was revoked", async () => {
    const organization = await createOrganization();
    const key = organization.api_key;
    const [late, revoked] = [somebody(), somebody()];
    const expired = await invite(organization, late.email, "member");
    await sql(organization, "UPDATE invitations SET expires_at = ? WHERE id = ?", Date.now(), expired.id);
    expect(await accept(organization, expired, late)).toBeNull();
    expect((await send("GET", `/api/v1/invitations/${expired.id}`, { key })).body.status).toBe("expired");
    const taken = await invite(organization, revoked.email, "member");
    const answer = await send("DELETE", `/api/v1/invitations/${taken.id}`, { key });
    expect(answer.body).toMatchObject({ status: "revoked" });
    expect((await send("DELETE", `/api/v1/invitations/${taken.id}`, { key })).body).toEqual(answer.body);
    expect(await accept(organization, taken, revoked)).toBeNull();
    const open = await send<{ data: { id: string }[] }>("GET", "/api/v1/invitations?status=open", { key });
    expect(open.body.data).toEqual([]);
    const gone = await send<{ data: { id: string }[] }>("GET", "/api/v1/invitations?status=revoked", { key });
    expect(gone.body.data.map(({ id }) => id)).toEqual([taken.id]);
    const events = await send<{ data: { type: string; subject: string }[] }>("GET", "/api/v1/events?types=invitation.revoked", {
      key,
      headers: { Accept: "application/json" },
    });
    expect(events.body.data).toMatchObject([{ subject: taken.id }]);
  });

  it("that was accepted cannot be revoked: the member is to be removed", async () => {
    const organization = await createOrganization();
    const person = somebody();
    const made = await invite(organization, person.email, "member");
    await accept(organization, made, person);
    const reply = await send<ErrorBody>("DELETE", `/api/v1/invitations/${made.id}`, { key: organization.api_key });
    expect([reply.status, reply.body.error.code, reply.body.error.details.account_id]).toEqual([409, "CONFLICT", person.account_id]);
  });

  it("replaces an earlier open one of the same address, however that is written", async () => {
    const organization = await createOrganization();
    const person = somebody();
    const first = await invite(organization, person.email, "viewer");
    const second = await invite(organization, `  ${person.email.toUpperCase()} `, "member");
    expect(second.email).toBe(person.email);
    expect(await accept(organization, first, person)).toBeNull();
    expect(await accept(organization, second, person)).toMatchObject({ role: "member" });
  });

  it("is refused for somebody who is a member", async () => {
    const organization = await createOrganization();
    const { email } = await addMember(organization, "viewer");
    const reply = await send<ErrorBody>("POST", "/api/v1/invitations", { key: organization.api_key, body: { email, role: "admin" } });
    expect([reply.status, reply.body.error.code, reply.body.error.details.field]).toEqual([409, "CONFLICT", "email"]);
  });

  it.each([
    ["viewer", "admin", "admin"],
    ["admin", "viewer", "admin"],
    ["member", "owner", "owner"],
    ["member", "member", "member"],
  ] as const)("leaves a %s who accepts one as %s the higher role, %s", async (held, offered, role) => {
    const organization = await createOrganization();
    const person = somebody();
    const made = await invite(organization, person.email, offered);
    await sql(
      organization,
      "INSERT INTO members (account_id, account_name, email, name, role, created_at, updated_at, version) VALUES (?, ?, ?, ?, ?, 0, 0, 1)",
      person.account_id,
      person.account_name,
      person.email,
      person.name,
      held,
    );
    expect(await accept(organization, made, person)).toMatchObject({ role });
    expect(await sql(organization, "SELECT role FROM members")).toEqual([{ role }]);
  });

  it("to a role is made, revoked and replaced only by who has the role's scopes", async () => {
    const organization = await createOrganization();
    const admin = await keyWith(
      organization,
      ALL_SCOPES.filter((scope) => scope !== "organizations:delete"),
    );
    const create = (email: string, role: string, key: string) =>
      send<ErrorBody>("POST", "/api/v1/invitations", { key, body: { email, role }, headers: { "X-Organization-Id": organization.id } });
    const refused = await create("a@example.com", "owner", admin);
    expect([refused.status, refused.body.error.details.required_scope]).toEqual([403, "organizations:delete"]);
    expect((await create("a@example.com", "admin", admin)).status).toBe(201);
    const owner = await invite(organization, "b@example.com", "owner");
    expect((await create("b@example.com", "viewer", admin)).status).toBe(403);
    expect((await send("DELETE", `/api/v1/invitations/${owner.id}`, { key: admin })).status).toBe(403);
    expect((await send("GET", `/api/v1/invitations/${owner.id}`, { key: admin })).body.status).toBe("open");
    const by_operator = await create("c@example.com", "owner", OPERATOR_TOKEN);
    expect(by_operator.body).toMatchObject({ role: "owner", invited_by: "operator" });
  });

  it("is one of at most 500 open ones", async () => {
    const organization = await createOrganization();
    await sql(
      organization,
      `WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 500)
       INSERT INTO invitations (id, email, role, secret_hash, invited_by, created_at, expires_at)
       SELECT 'inv_' || number, number || '@example.com', 'viewer', '', 'test', 0, ? FROM numbers`,
      Date.now() + 60_000,
    );
    const create = (email: string) => send<ErrorBody>("POST", "/api/v1/invitations", { key: organization.api_key, body: { email, role: "viewer" } });
    const reply = await create("one.more@example.com");
    expect([reply.status, reply.body.error.code, reply.body.error.details.limit]).toEqual([409, "CONFLICT", 500]);
    expect((await create("1@example.com")).status).toBe(201);
  });

  it.each([
    [{ email: "not an address", role: "viewer" }, "email"],
    [{ email: `${"a".repeat(250)}@example.com`, role: "viewer" }, "email"],
    [{ role: "viewer" }, "email"],
    [{ email: "a@example.com", role: "root" }, "role"],
    [{ email: "a@example.com", role: "viewer", expires_in_s: 60 }, "expires_in_s"],
    [{ email: "a@example.com", role: "viewer", expires_in_s: 31 * 86_400 }, "expires_in_s"],
  ])("is refused with %j", async (body, field) => {
    const { api_key } = await createOrganization();
    const reply = await send<ErrorBody>("POST", "/api/v1/invitations", { key: api_key, body });
    expect([reply.status, reply.body.error.details.field]).toEqual([400, field]);
  });
});
