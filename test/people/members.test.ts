import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { callOrganization } from "../../src/actors/call.ts";
import { ALL_SCOPES } from "../../src/domain/scopes.ts";
import { createOrganization, OPERATOR_TOKEN, send, type ErrorBody } from "../support/api.ts";
import { accept, addMember, grant, invite, keyWith, letInClient, readLink, roleOf, somebody, sql } from "../support/members.ts";

interface MemberBody {
  account_id: string;
  email: string;
  role: string;
  version: number;
}

const ADMIN_SCOPES = ALL_SCOPES.filter((scope) => scope !== "organizations:delete");
const outcome = ({ status, body }: { status: number; body: ErrorBody }): unknown[] => [status, body.error?.code, body.error?.details.required_scope];

describe("members", () => {
  it("are listed with their roles, newest first, by role and by address", async () => {
    const organization = await createOrganization();
    const key = organization.api_key;
    const owner = await addMember(organization, "owner");
    const viewer = await addMember(organization, "viewer");
    const all = await send<{ data: MemberBody[] }>("GET", "/api/v1/members", { key });
    expect(all.body.data.map(({ account_id, role }) => [account_id, role])).toEqual([
      [viewer.account_id, "viewer"],
      [owner.account_id, "owner"],
    ]);
    expect(Object.keys(all.body.data[0]!).toSorted()).toEqual(["account_id", "created_at", "email", "name", "role", "updated_at", "version"]);
    const owners = await send<{ data: MemberBody[] }>("GET", "/api/v1/members?role=owner", { key });
    expect(owners.body.data).toMatchObject([{ account_id: owner.account_id }]);
    const named = await send<{ data: MemberBody[] }>("GET", `/api/v1/members?email=${viewer.email}`, { key });
    expect(named.body.data).toMatchObject([{ account_id: viewer.account_id }]);
    const one = await send("GET", `/api/v1/members/${owner.account_id}`, { key });
    expect([one.status, one.body.email, one.headers.get("ETag")]).toEqual([200, owner.email, '"1"']);
  });

  it("are read with members:read and changed with members:write alone", async () => {
    const organization = await createOrganization();
    const { account_id } = await addMember(organization, "viewer");
    const reader = await keyWith(organization, ["members:read"]);
    const stranger = await keyWith(organization, ["products:read"]);
    expect((await send("GET", "/api/v1/members", { key: reader })).status).toBe(200);
    for (const [method, path, body] of [
      ["PATCH", `/api/v1/members/${account_id}`, { role: "viewer" }],
      ["DELETE", `/api/v1/members/${account_id}`, undefined],
      ["POST", "/api/v1/invitations", { email: "a@example.com", role: "viewer" }],
    ] as const)
      expect(outcome(await send<ErrorBody>(method, path, { key: reader, body }))).toEqual([403, "FORBIDDEN", "members:write"]);
    expect(outcome(await send<ErrorBody>("GET", "/api/v1/members", { key: stranger }))).toEqual([403, "FORBIDDEN", "members:read"]);
  });

  it("change on the version that was read: v1 may say which, v2 must", async () => {
    const organization = await createOrganization();
    const { account_id } = await addMember(organization, "viewer");
    const change = (version: string, role: string, if_match?: string) =>
      send<ErrorBody & MemberBody>("PATCH", `/api/${version}/members/${account_id}`, {
        key: organization.api_key,
        body: { role },
        headers: if_match === undefined ? {} : { "If-Match": if_match },
      });
    expect((await change("v2", "member")).body.error.code).toBe("PRECONDITION_REQUIRED");
    expect((await change("v2", "member", '"7"')).body.error.code).toBe("PRECONDITION_FAILED");
    expect((await change("v2", "member", '"1"')).body).toMatchObject({ role: "member", version: 2 });
    expect((await change("v1", "viewer", '"1"')).body.error.code).toBe("PRECONDITION_FAILED");
    expect((await change("v1", "viewer")).body).toMatchObject({ role: "viewer", version: 3 });
    const remove = (headers: Record<string, string>) =>
      send<ErrorBody>("DELETE", `/api/v2/members/${account_id}`, { key: organization.api_key, headers });
    expect((await remove({})).status).toBe(428);
    expect((await remove({ "If-Match": '"2"' })).status).toBe(412);
    expect((await remove({ "If-Match": '"3"' })).body).toEqual({ account_id, deleted: true });
    expect((await remove({ "If-Match": "*" })).status).toBe(404);
  });

  it("get no role, and lose none, by a credential that lacks one of its scopes", async () => {
    const organization = await createOrganization();
    await addMember(organization, "owner");
    const owner = await addMember(organization, "owner");
    const viewer = await addMember(organization, "viewer");
    const admin = await keyWith(organization, ADMIN_SCOPES);
    const to = (person: { account_id: string }, role: string, key: string) =>
      send<ErrorBody>("PATCH", `/api/v1/members/${person.account_id}`, { key, body: { role } });
    expect(outcome(await to(viewer, "owner", admin))).toEqual([403, "FORBIDDEN", "organizations:delete"]);
    expect(outcome(await to(owner, "viewer", admin))).toEqual([403, "FORBIDDEN", "organizations:delete"]);
    const removal = await send<ErrorBody>("DELETE", `/api/v1/members/${owner.account_id}`, { key: admin });
    expect(outcome(removal)).toEqual([403, "FORBIDDEN", "organizations:delete"]);
    expect((await to(viewer, "admin", admin)).status).toBe(200);
    const narrow = await keyWith(organization, ["members:write", "members:read"]);
    expect((await to(viewer, "viewer", narrow)).status).toBe(403);
    expect((await send("DELETE", `/api/v1/members/${viewer.account_id}`, { key: narrow })).status).toBe(403);
    const roles = await send<{ data: MemberBody[] }>("GET", "/api/v1/members", { key: narrow });
    expect(roles.body.data.map(({ role }) => role).toSorted()).toEqual(["admin", "owner", "owner"]);
  });

  it("keep their last owner, whoever asks", async () => {
    const organization = await createOrganization();
    const owner = await addMember(organization, "owner");
    await addMember(organization, "admin");
    const path = `/api/v1/members/${owner.account_id}`;
    for (const key of [organization.api_key, OPERATOR_TOKEN]) {
      const headers = { "X-Organization-Id": organization.id };
      expect((await send<ErrorBody>("PATCH", path, { key, headers, body: { role: "admin" } })).body.error.code).toBe("CONFLICT");
      expect((await send<ErrorBody>("DELETE", path, { key, headers })).body.error.code).toBe("CONFLICT");
      expect((await send("PATCH", path, { key, headers, body: { role: "owner" } })).status).toBe(200);
    }
    await addMember(organization, "owner");
    expect((await send("PATCH", path, { key: organization.api_key, body: { role: "admin" } })).status).toBe(200);
    expect((await send("DELETE", path, { key: organization.api_key })).status).toBe(200);
  });

  it("lose every authorization and every way back when they are removed, and nobody else does", async () => {
    const organization = await createOrganization();
    const oauth_client_id = await letInClient(organization);
    const invited = await addMember(organization, "member");
    const stays = await addMember(organization, "member");
    const lost = await grant(organization, { oauth_client_id, account_id: invited.account_id });
    const kept = await grant(organization, { oauth_client_id, account_id: stays.account_id });
    await sql(organization, "UPDATE members SET email = 'old@example.com' WHERE account_id = ?", invited.account_id);
    const again = await invite(organization, invited.email, "member");
    await sql(organization, "UPDATE members SET email = ? WHERE account_id = ?", invited.email, invited.account_id);
    await send("DELETE", `/api/v1/members/${invited.account_id}`, { key: organization.api_key });
    expect(await sql(organization, "SELECT id, revoked_reason FROM oauth_grants ORDER BY id")).toEqual([
      { id: lost, revoked_reason: "member_removed" },
      { id: kept, revoked_reason: null },
    ]);
    expect(await sql(organization, "SELECT account_id FROM oauth_consents")).toEqual([{ account_id: stays.account_id }]);
    const codes = await sql(organization, "SELECT account_id, grant_id FROM oauth_codes ORDER BY grant_id");
    expect(codes).toEqual([
      { account_id: stays.account_id, grant_id: null },
      { account_id: invited.account_id, grant_id: lost },
      { account_id: stays.account_id, grant_id: kept },
    ]);
    expect(await callOrganization(env, organization.id, "describeInvitation", readLink(again))).toBeNull();
    expect(await roleOf(organization, invited.account_id)).toBeNull();
  });

  it.each([
    ["are removed", "DELETE", undefined],
    ["get a lower role", "PATCH", { role: "member" }],
  ] as const)("take the open invitations that they made with them when they %s, and nobody else's", async (_case, method, body) => {
    const organization = await createOrganization();
    const [admin, stays] = [await addMember(organization, "admin"), await addMember(organization, "admin")];
    const [mine, others, accepted] = [somebody(), somebody(), somebody()];
    const made = await Promise.all([mine, others, accepted].map(({ email }) => invite(organization, email, "admin")));
    // As when an application made them for the admin.
    for (const [index, { account_id }] of [admin, stays, admin].entries())
      await sql(organization, "UPDATE invitations SET invited_by = ? WHERE id = ?", account_id, made[index]!.id);
    expect(await accept(organization, made[2]!, accepted)).not.toBeNull();
    const reply = await send(method, `/api/v1/members/${admin.account_id}`, { key: organization.api_key, body });
    expect(reply.status).toBe(200);
    expect(await accept(organization, made[0]!, mine)).toBeNull();
    expect(await accept(organization, made[1]!, others)).not.toBeNull();
    expect(await roleOf(organization, accepted.account_id)).toBe("admin");
  });

  it("keep the invitations that they made when they get a higher role", async () => {
    const organization = await createOrganization();
    const [admin, invited] = [await addMember(organization, "admin"), somebody()];
    const made = await invite(organization, invited.email, "viewer");
    await sql(organization, "UPDATE invitations SET invited_by = ? WHERE id = ?", admin.account_id, made.id);
    await send("PATCH", `/api/v1/members/${admin.account_id}`, { key: organization.api_key, body: { role: "owner" } });
    expect(await accept(organization, made, invited)).not.toBeNull();
  });

  it("are told of live by id and role, in the audit log by name too", async () => {
    const organization = await createOrganization();
    const key = organization.api_key;
    const person = await addMember(organization, "member");
    await send("PATCH", `/api/v1/members/${person.account_id}`, { key, body: { role: "viewer" } });
    await send("DELETE", `/api/v1/members/${person.account_id}`, { key });
    const events = await send<{ data: { type: string; subject: string; data: unknown }[] }>("GET", "/api/v1/events?types=member.*,invitation.*", {
      key,
      headers: { Accept: "application/json" },
    });
    expect(events.body.data.map(({ type, data }) => [type, (data as { role: string }).role])).toEqual([
      ["invitation.created", "member"],
      ["invitation.accepted", "member"],
      ["member.added", "member"],
      ["member.updated", "viewer"],
      ["member.removed", "viewer"],
    ]);
    expect(JSON.stringify(events.body)).not.toContain(person.email);
    const audit = await send<{ data: { type: string; before: MemberBody }[] }>("GET", `/api/v1/audit-log?subject=${person.account_id}`, { key });
    expect(audit.body.data.map(({ type }) => type)).toEqual(["member.removed", "member.updated", "member.added"]);
    expect(audit.body.data[0]!.before.email).toBe(person.email);
  });

  it.each([
    ["PATCH", "/members/usr_short", { role: "admin" }, "account_id"],
    ["PATCH", `/members/${somebody().account_id}`, { role: "god" }, "role"],
    ["PATCH", `/members/${somebody().account_id}`, {}, "role"],
    ["PATCH", `/members/${somebody().account_id}`, { role: "admin", email: "new@example.com" }, "email"],
    ["GET", "/members?role=god", undefined, "role"],
  ])("refuse %s %s with %j", async (method, path, body, field) => {
    const { api_key } = await createOrganization();
    const reply = await send<ErrorBody>(method, `/api/v1${path}`, { key: api_key, body });
    expect([reply.status, reply.body.error.details.field]).toEqual([400, field]);
  });
});
