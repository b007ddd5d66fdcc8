import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { typeidUnboxed } from "typeid-js";
import { describe, expect, it, vi } from "vitest";
import { callAccount, callOrganization } from "../../src/actors/call.ts";
import { createOrganization, send, type TestOrganization } from "../support/api.ts";
import { addMember, invite, makeAccount, readLink, roleOf, somebody, sql } from "../support/members.ts";

const alarm = ({ id }: { id: string }): Promise<boolean> => runDurableObjectAlarm(env.ORGANIZATIONS.getByName(id));

describe("an account's copy of its memberships", () => {
  /** A person who signed up, and their memberships as the account's own actor has them. */
  async function account(): Promise<{ person: ReturnType<typeof somebody>; copies: () => Promise<unknown[]> }> {
    const person = somebody();
    await makeAccount(person);
    const { account_id, account_name } = person;
    const copies = async (): Promise<unknown[]> => (await callAccount(env, account_name, "listMemberships", { account_id }))!;
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
    expect(await callOrganization(env, organization.id, "isLastOwner", { account_id: person.account_id })).toBeNull();
  });

  it("is made for more members than one page holds when the organization is renamed", async () => {
    const organization = await createOrganization();
    await sql(
      organization,
      `WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 401)
       INSERT INTO members (account_id, account_name, email, name, role, created_at, updated_at, version)
       SELECT 'usr_' || printf('%026d', number), 'acc_' || printf('%026d', number), number || '@example.com', 'Somebody', 'viewer', 0, 0, 1 FROM numbers`,
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
    const { account_id, account_name } = somebody();
    await callAccount(env, account_name, "putMembership", {
      account_id,
      membership: { organization_id: typeidUnboxed("org"), name: "Acme", role: "viewer" },
    });
    const tables = await runInDurableObject(env.ACCOUNTS.getByName(account_name), (_actor, state) =>
      state.storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'memberships'").toArray(),
    );
    expect(tables).toEqual([]);
  });
});

describe("a member whose account is gone", () => {
  const sync = async (organization: { id: string }, account_id: string) =>
    vi.waitFor(async () => {
      await alarm(organization);
      expect(await sql(organization, "SELECT key FROM jobs WHERE key = ?", account_id)).toEqual([]);
    });

  /** As when an account is deleted while its owner accepts: the organization is told of the person, but tells no account. */
  async function joinWithoutAccount(organization: TestOrganization, role: "admin" | "owner") {
    const person = somebody();
    if (role === "owner") {
      await callOrganization(env, organization.id, "addOwner", { person });
      return person;
    }
    const { id, secret_hash } = readLink(await invite(organization, person.email, role));
    await callOrganization(env, organization.id, "acceptInvitation", { id, secret_hash, person });
    return person;
  }

  it("does not stay one, and their name and address do not stay either", async () => {
    const organization = await createOrganization();
    const { account_id, email } = await joinWithoutAccount(organization, "admin");
    await sync(organization, account_id);
    expect(await roleOf(organization, account_id)).toBeNull();
    const kept = await sql(organization, "SELECT before, after FROM audit_log UNION ALL SELECT email, '' FROM invitations");
    expect(JSON.stringify(kept)).not.toContain(email);
    expect(JSON.stringify(kept)).toContain("(erased)");
  });

  it("stays the last owner", async () => {
    const organization = await createOrganization();
    const { account_id } = await joinWithoutAccount(organization, "owner");
    await sync(organization, account_id);
    expect(await roleOf(organization, account_id)).toBe("owner");
  });

  it("is not whoever has the address next: they are told of nothing, and what they belong to is not taken from them", async () => {
    const organization = await createOrganization();
    const old = await joinWithoutAccount(organization, "owner");
    await sync(organization, old.account_id);
    const next = { ...old, account_id: typeidUnboxed("usr") };
    await makeAccount(next);
    const { account_name } = next;
    const copies = () => callAccount(env, account_name, "listMemberships", { account_id: next.account_id });
    await send("PATCH", `/api/v1/organizations/${organization.id}`, { key: organization.api_key, body: { name: "Renamed" } });
    await sync(organization, old.account_id);
    expect(await copies()).toEqual([]);
    expect(await callAccount(env, account_name, "listMemberships", { account_id: old.account_id })).toBeNull();
    await addMember(organization, "owner", next);
    await vi.waitFor(async () => {
      await alarm(organization);
      expect(await copies()).toMatchObject([{ organization_id: organization.id, role: "owner" }]);
    });
    await callAccount(env, account_name, "dropMembership", { account_id: old.account_id, organization_id: organization.id });
    expect(await copies()).toHaveLength(1);
  });
});
