import { env } from "cloudflare:workers";
import { typeidUnboxed } from "typeid-js";
import { describe, expect, it } from "vitest";
import { callOrganization } from "../../src/actors/call.ts";
import { createOrganization, send } from "../support/api.ts";
import { addMember, consent, grant, letInClient, makeAccount, somebody, sql } from "../support/members.ts";

describe("a membership", () => {
  it("of a founder is an owner's, however often it is asked for", async () => {
    const organization = await createOrganization({ name: "Acme" });
    const person = somebody();
    await makeAccount(person);
    const membership = { organization_id: organization.id, name: "Acme", role: "owner" };
    for (let time = 0; time < 2; time++) expect(await callOrganization(env, organization.id, "addOwner", { person })).toEqual(membership);
    expect(await sql(organization, "SELECT role, version FROM members")).toEqual([{ role: "owner", version: 1 }]);
  });

  it("is the last owner's while there is no other, and never a viewer's or a stranger's", async () => {
    const organization = await createOrganization();
    const isLastOwner = ({ account_id }: { account_id: string }, id = organization.id) => callOrganization(env, id, "isLastOwner", { account_id });
    const viewer = await addMember(organization, "viewer");
    const first = await addMember(organization, "owner");
    expect(await isLastOwner(viewer)).toBe(false);
    expect(await isLastOwner(first)).toBe(true);
    await addMember(organization, "owner");
    expect(await isLastOwner(first)).toBe(false);
    expect(await isLastOwner(somebody())).toBe(false);
    expect(await isLastOwner(first, typeidUnboxed("org"))).toBeNull();
  });

  it("can be left, but not by the last owner", async () => {
    const organization = await createOrganization();
    const first = await addMember(organization, "owner");
    const second = await addMember(organization, "owner");
    const leave = ({ account_id }: { account_id: string }) => callOrganization(env, organization.id, "leave", { account_id });
    expect(await leave(first)).toBe(true);
    expect(await leave(first)).toBe(true);
    expect(await leave(second)).toBe(false);
    const audit = await send<{ data: { type: string; principal: { kind: string } }[] }>("GET", `/api/v1/audit-log?subject=${first.account_id}`, {
      key: organization.api_key,
    });
    expect(audit.body.data[0]).toMatchObject({
      type: "member.removed",
      principal: { kind: "account", id: first.account_id, name: null, account_name: null },
    });
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
      { oauth_client_id: used, client_name: "Used", created_at_ms: 1_000, last_used_at_ms: 3_000 },
      { oauth_client_id: remembered, scopes: ["openid", "products:read"], created_at_ms: 4_000, last_used_at_ms: null },
    ]);
    expect(entries![0]!.scopes.toSorted()).toEqual(["insights:read", "products:read"]);
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
    expect(await callOrganization(env, organization.id, "grantsOf", { account_id: other.account_id })).toMatchObject([{ oauth_client_id: mine }]);
    const audit = await send<{ data: { type: string; before: unknown }[] }>("GET", `/api/v1/audit-log?subject=${mine}`, {
      key: organization.api_key,
    });
    expect(audit.body.data).toMatchObject([{ type: "oauth_consent.withdrawn", before: { account_id, grants: 2 } }]);
  });
});
