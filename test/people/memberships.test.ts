import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { typeidUnboxed } from "typeid-js";
import { describe, expect, it, vi } from "vitest";
import { callAccount, callOrganization } from "../../src/actors/call.ts";
import { ROLES } from "../../src/domain/roles.ts";
import { createOrganization, send } from "../support/api.ts";
import { addMember, consent, grant, letInClient, somebody, sql } from "./people.ts";

const alarm = ({ id }: { id: string }): Promise<boolean> => runDurableObjectAlarm(env.ORGANIZATIONS.getByName(id));

describe("a membership", () => {
  it("of a founder is an owner's, however often it is asked for", async () => {
    const organization = await createOrganization({ name: "Acme" });
    const person = somebody();
    const membership = { organization_id: organization.id, name: "Acme", role: "owner" };
    for (let time = 0; time < 2; time++) expect(await callOrganization(env, organization.id, "addOwner", { person })).toEqual(membership);
    expect(await sql(organization, "SELECT role, version FROM members")).toEqual([{ role: "owner", version: 1 }]);
  });

  it("says the role and its scopes, or nothing of a stranger", async () => {
    const organization = await createOrganization({ name: "Acme" });
    const { account_id } = await addMember(organization, "viewer");
    expect(await callOrganization(env, organization.id, "membership", { account_id })).toEqual({
      organization_id: organization.id,
      organization_name: "Acme",
      role: "viewer",
      scopes: ROLES.viewer,
    });
    expect(await callOrganization(env, organization.id, "membership", { account_id: somebody().account_id })).toBeNull();
    expect(await callOrganization(env, typeidUnboxed("org"), "membership", { account_id })).toBeNull();
  });

  it("can be left, but not by the last owner", async () => {
    const organization = await createOrganization();
    const first = await addMember(organization, "owner");
    const second = await addMember(organization, "owner");
    const leave = ({ account_id }: { account_id: string }) => callOrganization(env, organization.id, "leave", { account_id });
    expect(await leave(first)).toEqual({ ok: true });
    expect(await leave(first)).toEqual({ ok: true });
    expect(await leave(second)).toEqual({ ok: false, reason: "last_owner" });
    const audit = await send<{ data: { type: string; principal: { kind: string } }[] }>("GET", `/api/v1/audit-log?subject=${first.account_id}`, {
      key: organization.api_key,
    });
    expect(audit.body.data[0]).toMatchObject({ type: "member.removed", principal: { kind: "account", id: first.account_id } });
  });

  it("that is left takes the member's authorizations with it", async () => {
    const organization = await createOrganization();
    const oauth_client_id = await letInClient(organization);
    const { account_id } = await addMember(organization, "member");
    await grant(organization, { oauth_client_id, account_id });
    await callOrganization(env, organization.id, "leave", { account_id });
    expect(await sql(organization, "SELECT revoked_reason FROM oauth_grants")).toEqual([{ revoked_reason: "member_removed" }]);
    expect(await callOrganization(env, organization.id, "grantsOf", { account_id })).toEqual([]);
  });
});

describe("what a member let applications do", () => {
  it("is one entry for each, with grants in force and remembered consents together", async () => {
    const organization = await createOrganization();
    const { account_id } = await addMember(organization, "member");
    const other = await addMember(organization, "member");
    const [used, remembered, over] = [
      await letInClient(organization, "Used"),
      await letInClient(organization, "Remembered"),
      await letInClient(organization, "Over"),
    ];
    await grant(organization, { oauth_client_id: used, account_id, scopes: ["products:read"], created_at: 1_000, last_used_at: 3_000 });
    await grant(organization, { oauth_client_id: used, account_id, scopes: ["insights:read"], created_at: 2_000, last_used_at: 2_500 });
    await consent(organization, { oauth_client_id: remembered, account_id, scopes: ["openid", "products:read"], created_at: 4_000 });
    await grant(organization, { oauth_client_id: used, account_id: other.account_id });
    await grant(organization, { oauth_client_id: over, account_id, revoked_at: 5_000 });
    await grant(organization, { oauth_client_id: over, account_id, expires_at: 5_000 });
    await sql(organization, "DELETE FROM oauth_consents WHERE oauth_client_id = ?", over);
    const entries = await callOrganization(env, organization.id, "grantsOf", { account_id });
    expect(entries).toMatchObject([
      { oauth_client_id: used, client_name: "Used", external: true, created_at_ms: 1_000, last_used_at_ms: 3_000, grants: 2 },
      { oauth_client_id: remembered, scopes: ["openid", "products:read"], created_at_ms: 4_000, last_used_at_ms: null, grants: 0 },
    ]);
    expect(entries![0]!.scopes.toSorted()).toEqual(["insights:read", "products:read"]);
    expect(entries![0]!.client_id).toMatch(/^https:/);
  });

  it("is taken back whole, for one application of one member", async () => {
    const organization = await createOrganization();
    const { account_id } = await addMember(organization, "member");
    const other = await addMember(organization, "member");
    const [mine, kept] = [await letInClient(organization), await letInClient(organization)];
    await grant(organization, { oauth_client_id: mine, account_id });
    await grant(organization, { oauth_client_id: mine, account_id });
    await grant(organization, { oauth_client_id: kept, account_id });
    await grant(organization, { oauth_client_id: mine, account_id: other.account_id });
    const revoke = () => callOrganization(env, organization.id, "revokeAccess", { account_id, oauth_client_id: mine });
    expect(await revoke()).toBe(true);
    expect(await revoke()).toBe(false);
    expect(await callOrganization(env, organization.id, "grantsOf", { account_id })).toMatchObject([{ oauth_client_id: kept }]);
    expect(await callOrganization(env, organization.id, "grantsOf", { account_id: other.account_id })).toMatchObject([
      { oauth_client_id: mine, grants: 1 },
    ]);
    const audit = await send<{ data: { type: string; before: unknown }[] }>("GET", `/api/v1/audit-log?subject=${mine}`, {
      key: organization.api_key,
    });
    expect(audit.body.data).toMatchObject([{ type: "oauth_consent.withdrawn", before: { account_id, grants: 2 } }]);
  });
});

describe("an account's copy of its memberships", () => {
  /** A person who signed up, and their memberships as the account's own actor has them. */
  async function account(): Promise<{ person: ReturnType<typeof somebody>; copies: () => Promise<unknown[]> }> {
    const person = somebody();
    const { account_id, email, name } = person;
    await callAccount(env, account_id, "signUp", { email, name, password: "a long enough password", user_agent: null });
    const stub = env.ACCOUNTS.getByName(account_id);
    const copies = (): Promise<unknown[]> =>
      runInDurableObject(stub, (_actor, state) => state.storage.sql.exec("SELECT organization_id, name, role FROM memberships").toArray());
    return { person, copies };
  }

  it("follows joining, roles, a new name and removal", async () => {
    const organization = await createOrganization({ name: "Acme" });
    const key = organization.api_key;
    await addMember(organization, "owner");
    const { person, copies } = await account();
    await addMember(organization, "member", person);
    const becomes = (expected: unknown[]): Promise<void> =>
      vi.waitFor(async () => {
        await alarm(organization);
        expect(await copies()).toEqual(expected);
      });
    await becomes([{ organization_id: organization.id, name: "Acme", role: "member" }]);
    await send("PATCH", `/api/v1/members/${person.account_id}`, { key, body: { role: "admin" } });
    await becomes([{ organization_id: organization.id, name: "Acme", role: "admin" }]);
    await send("PATCH", `/api/v1/organizations/${organization.id}`, { key, body: { name: "Acme 2" } });
    await becomes([{ organization_id: organization.id, name: "Acme 2", role: "admin" }]);
    await send("DELETE", `/api/v1/members/${person.account_id}`, { key });
    await becomes([]);
  });

  it("goes with the organization", async () => {
    const organization = await createOrganization();
    const { person, copies } = await account();
    await addMember(organization, "owner", person);
    await vi.waitFor(async () => {
      await alarm(organization);
      expect(await copies()).toHaveLength(1);
    });
    await send("DELETE", `/api/v1/organizations/${organization.id}`, { key: organization.api_key });
    await vi.waitFor(async () => {
      await alarm(organization);
      expect(await copies()).toEqual([]);
    });
    expect(await callOrganization(env, organization.id, "membership", { account_id: person.account_id })).toBeNull();
  });

  it("is made for more members than one page holds when the organization is renamed", async () => {
    const organization = await createOrganization();
    await sql(
      organization,
      `WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 401)
       INSERT INTO members (account_id, email, name, role, created_at, updated_at, version)
       SELECT 'usr_' || printf('%026d', number), number || '@example.com', 'Somebody', 'viewer', 0, 0, 1 FROM numbers`,
    );
    const { person, copies } = await account();
    await addMember(organization, "viewer", person);
    await send("PATCH", `/api/v1/organizations/${organization.id}`, { key: organization.api_key, body: { name: "New name" } });
    await vi.waitFor(
      async () => {
        await alarm(organization);
        expect(await copies()).toMatchObject([{ name: "New name" }]);
        expect(await sql(organization, "SELECT key FROM jobs WHERE kind IN ('account.sync', 'accounts.sync')")).toEqual([]);
      },
      { timeout: 20_000 },
    );
  });

  it("is not made for somebody who has no account", async () => {
    const { account_id } = somebody();
    await callAccount(env, account_id, "putMembership", { organization_id: typeidUnboxed("org"), name: "Acme", role: "viewer" });
    const tables = await runInDurableObject(env.ACCOUNTS.getByName(account_id), (_actor, state) =>
      state.storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'memberships'").toArray(),
    );
    expect(tables).toEqual([]);
  });
});
