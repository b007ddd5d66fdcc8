import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { createOrganization, send, type ErrorBody } from "../support/api.ts";
import { addMember, grant, keyWith, letInClient, sql } from "../support/members.ts";

const DAY_MS = 86_400_000;

interface GrantBody {
  id: string;
  revoked_at: string | null;
  revoked_reason: string | null;
}

describe("what applications were granted", () => {
  it("is listed by application, by member and by whether it is in force", async () => {
    const organization = await createOrganization();
    const [a, b] = [await letInClient(organization), await letInClient(organization)];
    const { account_id } = await addMember(organization, "member");
    const other = await addMember(organization, "member");
    const ids = {
      mine: await grant(organization, { oauth_client_id: a, account_id }),
      other: await grant(organization, { oauth_client_id: b, account_id: other.account_id }),
      own: await grant(organization, { oauth_client_id: b, account_id: null, expires_at: Date.now() + 60_000 }),
      revoked: await grant(organization, { oauth_client_id: a, account_id, revoked_at: Date.now() }),
      expired: await grant(organization, { oauth_client_id: a, account_id, expires_at: Date.now() - 1 }),
    };
    const list = async (query: string): Promise<string[]> => {
      const reply = await send<{ data: GrantBody[] }>("GET", `/api/v1/oauth-grants?${query}`, { key: organization.api_key });
      expect(reply.status, JSON.stringify(reply.body)).toBe(200);
      return reply.body.data.map(({ id }) => id).toSorted();
    };
    expect(await list("")).toEqual(Object.values(ids).toSorted());
    expect(await list(`oauth_client_id=${a}`)).toEqual([ids.mine, ids.revoked, ids.expired].toSorted());
    expect(await list(`account_id=${other.account_id}`)).toEqual([ids.other]);
    expect(await list("active=true")).toEqual([ids.mine, ids.other, ids.own].toSorted());
    expect(await list(`active=false&account_id=${account_id}`)).toEqual([ids.revoked, ids.expired].toSorted());
    const first = await send<{ data: GrantBody[]; next_cursor: string }>("GET", "/api/v1/oauth-grants?active=true&limit=2", {
      key: organization.api_key,
    });
    const rest = await list(`active=true&limit=2&cursor=${first.body.next_cursor}`);
    expect([...first.body.data.map(({ id }) => id), ...rest].toSorted()).toEqual([ids.mine, ids.other, ids.own].toSorted());
  });

  it.each([
    ["active=perhaps", "active"],
    ["oauth_client_id=nobody", "oauth_client_id"],
    ["account_id=nobody", "account_id"],
  ])("is not listed by %s", async (query, field) => {
    const { api_key } = await createOrganization();
    const reply = await send<ErrorBody>("GET", `/api/v1/oauth-grants?${query}`, { key: api_key });
    expect([reply.status, reply.body.error.details.field]).toEqual([400, field]);
  });

  it("is taken back once, with the consent, so that the member is asked again", async () => {
    const organization = await createOrganization();
    const key = organization.api_key;
    const oauth_client_id = await letInClient(organization);
    const { account_id } = await addMember(organization, "member");
    const other = await addMember(organization, "member");
    const id = await grant(organization, { oauth_client_id, account_id });
    const kept = await grant(organization, { oauth_client_id, account_id: other.account_id });
    const revoke = (using: string) => send<GrantBody & ErrorBody>("DELETE", `/api/v1/oauth-grants/${id}`, { key: using });
    const reader = await keyWith(organization, ["oauth_clients:read"]);
    expect((await revoke(reader)).body.error.details.required_scope).toBe("oauth_clients:write");
    const first = await revoke(key);
    expect(first.body).toMatchObject({ id, revoked_reason: "revoked" });
    expect((await revoke(key)).body).toEqual(first.body);
    expect(await sql(organization, "SELECT account_id FROM oauth_consents")).toEqual([{ account_id: other.account_id }]);
    expect(await sql(organization, "SELECT id FROM oauth_grants WHERE revoked_at IS NULL")).toEqual([{ id: kept }]);
    const audit = await send<{ data: { type: string }[] }>("GET", `/api/v1/audit-log?subject=${id}`, { key });
    expect(audit.body.data.map(({ type }) => type)).toEqual(["oauth_grant.revoked"]);
  });

  it("is forgotten when nothing can come of it any more, and not before", async () => {
    const organization = await createOrganization();
    const oauth_client_id = await letInClient(organization);
    const { account_id } = await addMember(organization, "member");
    const now = Date.now();
    const old = now - 91 * DAY_MS;
    const kept = [
      await grant(organization, { oauth_client_id, account_id, revoked_at: now - 89 * DAY_MS }),
      await grant(organization, { oauth_client_id, account_id, created_at: old, expires_at: now - DAY_MS }),
      await grant(organization, { oauth_client_id, account_id, created_at: old, expires_at: now + DAY_MS }),
      await grant(organization, { oauth_client_id, account_id: null, created_at: old }),
    ];
    const gone = [
      await grant(organization, { oauth_client_id, account_id, revoked_at: old }),
      await grant(organization, { oauth_client_id, account_id, expires_at: old }),
    ];
    const token = (id: string, grant_id: string, expires_at: number, used_at: number | null) =>
      sql(
        organization,
        "INSERT INTO oauth_refresh_tokens (id, grant_id, secret_hash, openid_scopes, authenticated_at, created_at, expires_at, used_at) VALUES (?, ?, '', '[]', 0, 0, ?, ?)",
        id,
        grant_id,
        expires_at,
        used_at,
      );
    await token("current", kept[2]!, now + DAY_MS, null);
    await token("used lately", kept[2]!, now + DAY_MS, now - 29 * DAY_MS);
    await token("used long ago", kept[2]!, now + DAY_MS, now - 31 * DAY_MS);
    await token("expired", kept[2]!, now - 1, null);
    await token("of a revoked grant", gone[0]!, now + DAY_MS, null);
    await sql(
      organization,
      "INSERT INTO oauth_spent_ids (kind, id, expires_at) VALUES ('token', 'past', ?), ('token', 'ahead', ?)",
      now - 1,
      now + DAY_MS,
    );
    await sql(organization, "UPDATE oauth_codes SET expires_at = ? WHERE grant_id = ?", now - 2 * DAY_MS, kept[0]);
    await sql(organization, "UPDATE invitations SET created_at = ?", now - 401 * DAY_MS);
    await sql(organization, "UPDATE jobs SET run_at = 1 WHERE kind = 'maintenance.daily'");
    await vi.waitFor(async () => {
      await runDurableObjectAlarm(env.ORGANIZATIONS.getByName(organization.id));
      expect(await sql(organization, "SELECT id FROM invitations")).toEqual([]);
    });
    const ids = async (query: string): Promise<string[]> => (await sql<{ id: string }>(organization, query)).map(({ id }) => id).toSorted();
    expect(await ids("SELECT id FROM oauth_grants")).toEqual(kept.toSorted());
    expect(await ids("SELECT id FROM oauth_refresh_tokens")).toEqual(["current", "used lately"]);
    expect(await ids("SELECT id FROM oauth_spent_ids")).toEqual(["ahead"]);
    expect(await sql(organization, "SELECT id FROM oauth_codes WHERE grant_id = ?", kept[0])).toEqual([]);
  });
});
