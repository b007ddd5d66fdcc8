import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { callAccount, callOrganization } from "../../src/actors/call.ts";
import { accountOf, inAccount, tablesOf } from "../support/account_actor.ts";
import { newMember, signIn, type TestPerson } from "../support/people.ts";

async function deleteOf({ browser }: TestPerson) {
  return browser.submit(await browser.open("/account/delete"), "/account/delete", { understood: "yes" });
}

describe("deleting an account", () => {
  it("leaves every organization, ends all sessions at once, and erases everything that was stored", async () => {
    const owner = await newMember("owner");
    const member = await newMember("member", owner.organization);
    const other = (await signIn(member.email)).browser;
    const page = await deleteOf(member);
    expect(page.text).toContain("Your account is deleted");
    expect(member.browser.cookies.has("__Host-crow_session")).toBe(false);
    expect((await other.open("/account")).at).toMatch(/sign-in/);
    expect(await callOrganization(env, owner.organization.id, "membership", { account_id: accountOf(member.email) })).toBeNull();
    expect(await tablesOf(member.email)).toEqual([]);
    expect((await signIn(member.email)).page.status).toBe(403);
  });

  it("is refused, naming them, while organizations would lose their last owner; nothing is left or lost by the try", async () => {
    const owner = await newMember("owner");
    const shared = await newMember("owner");
    await callOrganization(env, shared.organization.id, "addOwner", {
      person: { account_id: accountOf(owner.email), email: owner.email, name: "Kim Test" },
    });
    await callAccount(env, accountOf(owner.email), "putMembership", { organization_id: shared.organization.id, name: "Shared shop", role: "owner" });
    const page = await deleteOf(owner);
    expect(page.status).toBe(409);
    expect(page.text).toContain("You are the last owner of Test shop.");
    expect(await callOrganization(env, shared.organization.id, "membership", { account_id: accountOf(owner.email) })).not.toBeNull();
    expect((await owner.browser.open("/account")).at).toBe("/account");
  });

  it("needs the box ticked", async () => {
    const { browser, email } = await newMember("owner");
    const page = await browser.submit(await browser.open("/account/delete"), "/account/delete");
    expect(page.text).toContain("Tick the box");
    expect((await signIn(email)).page.at).toBe("/account");
  });

  it("goes on after a crash: the account is gone for everybody before the job has finished", async () => {
    const owner = await newMember("owner");
    const member = await newMember("member", owner.organization);
    // What the request's own transaction leaves behind when nothing after it happens.
    await inAccount(member.email, "UPDATE account SET deleting_at = 1, password_hash = NULL");
    await inAccount(member.email, "INSERT INTO jobs (kind, key, run_at, payload) VALUES ('account.delete', '', 1, 'null')");
    expect((await member.browser.open("/account")).at).toMatch(/sign-in/);
    expect((await signIn(member.email)).page.status).toBe(403);
    await runInDurableObject(env.ACCOUNTS.getByName(accountOf(member.email)), (actor) =>
      (actor as unknown as { onAlarm(): Promise<void> }).onAlarm(),
    );
    expect(await tablesOf(member.email)).toEqual([]);
    expect(await callOrganization(env, owner.organization.id, "membership", { account_id: accountOf(member.email) })).toBeNull();
  });

  it("leaves the address free for a new account, which inherits nothing", async () => {
    const owner = await newMember("owner");
    const member = await newMember("member", owner.organization);
    await deleteOf(member);
    const account_id = accountOf(member.email);
    expect(await callAccount(env, account_id, "describe", {})).toBeNull();
    const answer = await callAccount(env, account_id, "signUp", {
      email: member.email,
      name: "New",
      password: "a wholly new password",
      user_agent: null,
    });
    expect(answer).toMatchObject({ created: true });
    expect(await inAccount(member.email, "SELECT * FROM memberships")).toEqual([]);
  });
});

describe("an address without an account", () => {
  it("stores nothing, whatever is asked of it", async () => {
    const { email } = await newMember();
    const nobody = `not-${email}`;
    const account_id = accountOf(nobody);
    const session_id = "ses_01jd0000000000000000000000";
    await callAccount(env, account_id, "signIn", { password: "x", user_agent: null });
    await callAccount(env, account_id, "session", { session_id, secret: "x" });
    await callAccount(env, account_id, "listSessions", {});
    await callAccount(env, account_id, "reauthenticate", { session_id, password: "x" });
    await callAccount(env, account_id, "changePassword", { session_id, current: "x", next: "y" });
    await callAccount(env, account_id, "signInByPasskey", { answer: { response: {}, origin: "http://crow.test", bound_to: "x" }, user_agent: null });
    await callAccount(env, account_id, "deleteAccount", { session_id });
    await callAccount(env, account_id, "foundOrganization", { name: "x" });
    expect(await callAccount(env, account_id, "putMembership", { organization_id: "org_x", name: "x", role: "owner" })).toEqual({ known: false });
    expect(await callAccount(env, account_id, "dropMembership", { organization_id: "org_x" })).toEqual({ known: false });
    expect(await tablesOf(nobody)).toEqual([]);
  });
});
