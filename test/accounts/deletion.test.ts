import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { typeidUnboxed } from "typeid-js";
import { describe, expect, it } from "vitest";
import { callAccount, callOrganization } from "../../src/actors/call.ts";
import { accountOf, inAccount, personOf, tablesOf } from "../support/account_actor.ts";
import { OPERATOR_TOKEN, send } from "../support/api.ts";
import { BrowserLike } from "../support/browser_like.ts";
import { addMember, invite, roleOf, sql } from "../support/members.ts";
import { newEmail, newMember, PASSWORD, signIn, type TestPerson } from "../support/people.ts";

async function deleteOf({ browser }: TestPerson) {
  return browser.submit(await browser.open("/account/delete"), "/account/delete", { understood: "yes" });
}

/** The alarm of the person's account. */
function runJobs({ email }: TestPerson): Promise<void> {
  return runInDurableObject(env.ACCOUNTS.getByName(accountOf(email)), (actor) => (actor as unknown as { onAlarm(): Promise<void> }).onAlarm());
}

describe("deleting an account", () => {
  it("leaves every organization, ends all sessions at once, and erases everything that was stored", async () => {
    const owner = await newMember("owner");
    const member = await newMember("member", owner.organization);
    const other = (await signIn(member.email)).browser;
    const account_id = await personOf(member.email);
    const page = await deleteOf(member);
    expect(page.text).toContain("Your account is deleted");
    expect(member.browser.cookies.has("__Host-crow_session")).toBe(false);
    expect((await other.open("/account")).at).toMatch(/sign-in/);
    expect(await roleOf(owner.organization, account_id)).toBeNull();
    expect(await tablesOf(member.email)).toEqual([]);
    expect((await signIn(member.email)).page.status).toBe(403);
  });

  it("is refused, naming them, while organizations would lose their last owner; nothing is left or lost by the try", async () => {
    const owner = await newMember("owner");
    const shared = await newMember("owner");
    const [account_id, account_name] = [await personOf(owner.email), accountOf(owner.email)];
    await callOrganization(env, shared.organization.id, "addOwner", { person: { account_id, account_name, email: owner.email, name: "Kim Test" } });
    const membership = { organization_id: shared.organization.id, name: "Shared shop", role: "owner" as const };
    await callAccount(env, account_name, "putMembership", { account_id, membership });
    const told = await owner.browser.open("/account");
    expect(told.text).toContain("Not possible while you are the last owner of Test shop:");
    expect(told.text).not.toContain('href="/account/delete"');
    const asked = await owner.browser.open("/account/delete");
    expect(asked.text).toContain("You are the last owner of Test shop.");
    expect(asked.forms).toEqual([]);
    const page = await owner.browser.post("/account/delete", { ...told.forms[0]!.values, understood: "yes" });
    expect(page.status).toBe(409);
    expect(page.text).toContain("You are the last owner of Test shop.");
    expect(await roleOf(shared.organization, account_id)).toBe("owner");
    expect((await owner.browser.open("/account")).at).toBe("/account");
  });

  it("leaves all other organizations when one turns out to need its last owner", async () => {
    const [first, second] = [await newMember("owner"), await newMember("owner")];
    const member = await newMember("member", second.organization);
    const [account_id, account_name] = [await personOf(member.email), accountOf(member.email)];
    await callOrganization(env, first.organization.id, "addOwner", { person: { account_id, account_name, email: member.email, name: "Kim Test" } });
    const membership = { organization_id: first.organization.id, name: "A shop", role: "owner" as const };
    await callAccount(env, account_name, "putMembership", { account_id, membership });
    // The other owner goes between the look and the deletion's job.
    await inAccount(member.email, "UPDATE account SET deleting_at = 1, password_hash = NULL");
    await sql(first.organization, "DELETE FROM members WHERE account_id <> ?", account_id);
    await inAccount(member.email, "INSERT INTO jobs (kind, key, run_at, payload) VALUES ('account.delete', '', 1, 'null')");
    await runJobs(member);
    expect(await roleOf(first.organization, account_id)).toBe("owner");
    expect(await roleOf(second.organization, account_id)).toBeNull();
    // Once there is another owner the deletion comes to its end.
    await addMember(first.organization, "owner");
    await inAccount(member.email, "UPDATE jobs SET run_at = 1");
    await runJobs(member);
    expect(await roleOf(first.organization, account_id)).toBeNull();
    expect(await tablesOf(member.email)).toEqual([]);
  });

  it("leaves no answer behind that was kept for a repeated request", async () => {
    const member = await newMember("viewer");
    const account_id = await personOf(member.email);
    const headers = { "Idempotency-Key": "once" };
    await send("PATCH", `/api/v1/members/${account_id}`, { key: member.organization.api_key, body: { role: "member" }, headers });
    const kept = () => sql(member.organization, "SELECT 1 FROM idempotency_keys WHERE instr(outcome, ?) > 0", member.email);
    expect(await kept()).toHaveLength(1);
    await deleteOf(member);
    expect(await kept()).toEqual([]);
  });

  it("needs the box ticked", async () => {
    const { browser, email } = await newMember("member");
    const page = await browser.submit(await browser.open("/account/delete"), "/account/delete");
    expect(page.text).toContain("Tick the box");
    expect((await signIn(email)).page.at).toBe("/account");
  });

  it("goes on after a crash: the account is gone for everybody before the job has finished", async () => {
    const owner = await newMember("owner");
    const member = await newMember("member", owner.organization);
    const account_id = await personOf(member.email);
    // What the request's own transaction leaves behind when nothing after it happens.
    await inAccount(member.email, "UPDATE account SET deleting_at = 1, password_hash = NULL");
    await inAccount(member.email, "INSERT INTO jobs (kind, key, run_at, payload) VALUES ('account.delete', '', 1, 'null')");
    expect((await member.browser.open("/account")).at).toMatch(/sign-in/);
    expect((await signIn(member.email)).page.status).toBe(403);
    await runJobs(member);
    expect(await tablesOf(member.email)).toEqual([]);
    expect(await roleOf(owner.organization, account_id)).toBeNull();
  });

  it("leaves the address free for a new account, which inherits nothing", async () => {
    const owner = await newMember("owner");
    const member = await newMember("member", owner.organization);
    const before = await personOf(member.email);
    await deleteOf(member);
    const account_name = accountOf(member.email);
    expect(await callAccount(env, account_name, "describe", {})).toBeNull();
    const answer = await callAccount(env, account_name, "signUp", {
      email: member.email,
      name: "New",
      password: "a wholly new password",
      user_agent: null,
    });
    expect(answer).toMatchObject({ created: true });
    expect(await inAccount(member.email, "SELECT * FROM memberships")).toEqual([]);
    // The subject that applications know: never given to somebody else (OpenID Connect Core, section 2).
    expect(await personOf(member.email)).toMatch(/^usr_[0-9a-z]{26}$/);
    expect(await personOf(member.email)).not.toBe(before);
  });
});

describe("what is kept of a person after they deleted their account", () => {
  /** How often the address stands in what an organization keeps for long. */
  async function traces({ id }: { id: string }, text: string): Promise<number> {
    const [row] = await sql<{ n: number }>(
      { id },
      `SELECT (SELECT count(*) FROM audit_log WHERE coalesce(before, '') || coalesce(after, '') LIKE ?1)
            + (SELECT count(*) FROM invitations WHERE email LIKE ?1) + (SELECT count(*) FROM members WHERE email LIKE ?1) AS n`,
      `%${text}%`,
    );
    return row!.n;
  }

  it("is their id and what they did: name and address are gone from audit log and invitations, of organizations that they had left before too", async () => {
    const [now, before, other] = [await newMember("owner"), await newMember("owner"), await newMember("owner")];
    const { browser, email } = await newMember("member", now.organization);
    const account_id = await personOf(email);
    await browser.submit(await browser.open((await invite(before.organization, email)).path), "/account/invitation");
    const leaving = await browser.open(`/account/organizations/leave?organization_id=${before.organization.id}`);
    expect((await browser.submit(leaving, "/account/organizations/leave")).at).toBe("/account?done=left");
    expect(await traces(before.organization, email)).toBeGreaterThan(2);
    await invite(before.organization, email);
    await deleteOf({ browser, email, organization: now.organization });
    for (const { organization } of [now, before]) {
      expect(await traces(organization, email)).toBe(0);
      const kept = await sql<{ type: string; before: string }>(
        organization,
        "SELECT type, before, after FROM audit_log WHERE subject = ?",
        account_id,
      );
      expect(kept.map(({ type }) => type)).toEqual(["member.added", "member.removed", "member.erased"]);
      expect(JSON.parse(kept[1]!.before)).toMatchObject({ account_id, email: "(erased)", name: "(erased)", role: "member" });
      expect(await traces(organization, "owner")).toBeGreaterThan(0);
    }
    const invitations = await sql(
      before.organization,
      "SELECT email, revoked_at IS NOT NULL AS revoked FROM invitations WHERE email = '(erased)' ORDER BY id",
    );
    expect(invitations).toEqual([
      { email: "(erased)", revoked: 0 },
      { email: "(erased)", revoked: 1 },
    ]);
    expect(await traces(other.organization, other.email)).toBeGreaterThan(0);
  });

  it("stays whole when they only leave", async () => {
    const owner = await newMember("owner");
    const member = await newMember("member", owner.organization);
    await callOrganization(env, owner.organization.id, "leave", { account_id: await personOf(member.email) });
    expect(await traces(owner.organization, member.email)).toBeGreaterThan(2);
  });

  it("is nothing in the directory: not that they founded an organization, not that they once needed a recovery link", async () => {
    const email = newEmail();
    const browser = new BrowserLike({ SIGN_UP: "open" });
    const form = await browser.open("/account/sign-up");
    await browser.submit(form, "/account/sign-up", { name: "Ada Test", email, password: PASSWORD, organization: "Ada's shop" });
    const account_id = await personOf(email);
    const [{ organization_id } = { organization_id: "" }] = await inAccount<{ organization_id: string }>(
      email,
      "SELECT organization_id FROM memberships",
    );
    await send("POST", "/api/v1/account-recovery", { key: OPERATOR_TOKEN, body: { email } });
    const found = async (): Promise<number> => {
      const tables = await runInDurableObject(env.DIRECTORY.getByName("directory"), (_actor, state) =>
        ["audit_log", "events", "idempotency_keys", "jobs"].map((table) => state.storage.sql.exec(`SELECT * FROM ${table}`).toArray()),
      );
      return [account_id, accountOf(email)].filter((name) => JSON.stringify(tables).includes(name)).length;
    };
    expect(await found()).toBe(2);
    const headers = { "X-Organization-Id": organization_id };
    await send("DELETE", `/api/v1/organizations/${organization_id}`, { key: OPERATOR_TOKEN, headers });
    expect((await deleteOf({ browser, email, organization: { id: organization_id, api_key: "", api_key_id: "" } })).text).toContain("deleted");
    expect(await found()).toBe(0);
  });
});

describe("an address without an account", () => {
  it("stores nothing, whatever is asked of it", async () => {
    const { email } = await newMember();
    const nobody = `not-${email}`;
    const account_name = accountOf(nobody);
    const account_id = typeidUnboxed("usr");
    const session_id = "ses_01jd0000000000000000000000";
    await callAccount(env, account_name, "signIn", { password: "x", user_agent: null });
    await callAccount(env, account_name, "session", { session_id, secret: "x" });
    await callAccount(env, account_name, "listSessions", {});
    await callAccount(env, account_name, "reauthenticate", { session_id, password: "x" });
    await callAccount(env, account_name, "changePassword", { session_id, current: "x", next: "y" });
    await callAccount(env, account_name, "signInByPasskey", {
      answer: { response: {}, origin: "http://crow.test", bound_to: "x" },
      user_agent: null,
    });
    await callAccount(env, account_name, "deleteAccount", { session_id });
    await callAccount(env, account_name, "foundOrganization", { name: "x" });
    await callAccount(env, account_name, "offerRecovery", { secret_hash: "x", issued_at_ms: 1, expires_at_ms: Date.now() + 60_000 });
    await callAccount(env, account_name, "recover", { secret_hash: "x", password: "x", user_agent: null });
    const membership = { organization_id: "org_x", name: "x", role: "owner" as const };
    expect(await callAccount(env, account_name, "putMembership", { account_id, membership })).toEqual({ known: false });
    await callAccount(env, account_name, "dropMembership", { account_id, organization_id: "org_x" });
    expect(await tablesOf(nobody)).toEqual([]);
  });
});
