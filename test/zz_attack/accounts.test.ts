import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { callAccount, callOrganization } from "../../src/actors/call.ts";
import { createOrganization, send } from "../support/api.ts";
import { BrowserLike } from "../support/browser_like.ts";
import { accountOf, inAccount } from "../support/account_actor.ts";
import { invite, newEmail, newMember, PASSWORD, signIn } from "../support/people.ts";
import { addMember, somebody, sql } from "../people/people.ts";
import { Authenticator } from "../support/authenticator.ts";

describe("accounts", () => {
  it("A1 a stranger's wrong guesses do not lock the owner out of passkey, password and confirmation", async () => {
    const { email, browser } = await newMember();
    const passkeys = await browser.open("/account/passkeys");
    const authenticator = new Authenticator();
    const options = (text: string) => JSON.parse(/data-options="([^"]*)"/.exec(text)![1]!.replaceAll("&quot;", '"').replaceAll("&amp;", "&"));
    await browser.submit(passkeys, "/account/passkeys", { passkey: authenticator.create(options(passkeys.text)), name: "k" });
    for (let i = 0; i < 10; i++) await signIn(email, `wrong wrong wrong ${i}`);
    const other = new BrowserLike();
    const form = await other.open("/account/sign-in");
    const page = await other.submit(form, "/account/sign-in/passkey", { passkey: authenticator.get(options(form.text)) });
    const confirm = await browser.open("/account/confirm");
    const confirmed = await browser.submit(confirm, "/account/confirm", { password: PASSWORD });
    expect({ passkey: page.status, confirm: confirmed.status }).toEqual({ passkey: 200, confirm: 200 });
  });

  it("A2 an old session secret does not gain the freshness of a re-authentication", async () => {
    const { browser, email } = await newMember();
    await inAccount(email, "UPDATE sessions SET authenticated_at = authenticated_at - 3600000");
    const thief = new BrowserLike();
    for (const [name, value] of browser.cookies) thief.cookies.set(name, value);
    expect((await thief.open("/account/passkeys")).at).toContain("/account/confirm");
    const confirm = await browser.open("/account/confirm");
    await browser.submit(confirm, "/account/confirm", { password: PASSWORD });
    expect((await thief.open("/account/passkeys")).at).not.toBe("/account/passkeys");
  });

  it("A2b nor does it outlive a change of the password", async () => {
    const { browser } = await newMember();
    const thief = new BrowserLike();
    for (const [name, value] of browser.cookies) thief.cookies.set(name, value);
    const page = await browser.open("/account/password");
    await browser.submit(page, "/account/password", { current: PASSWORD, next: "another horse battery staple" });
    const passkeys = await thief.open("/account/passkeys");
    const authenticator = new Authenticator();
    const options = (text: string) => JSON.parse(/data-options="([^"]*)"/.exec(text)![1]!.replaceAll("&quot;", '"').replaceAll("&amp;", "&"));
    let added: string = passkeys.at;
    if (passkeys.at === "/account/passkeys")
      added = (await thief.submit(passkeys, "/account/passkeys", { passkey: authenticator.create(options(passkeys.text)), name: "thief" })).at;
    expect(added).not.toBe("/account/passkeys?done=added");
  });

  it("A3 whoever invites an address cannot take its account from its owner for good", async () => {
    const evil = await createOrganization();
    const good = await createOrganization();
    const victim = newEmail();
    // The attacker holds the link of an invitation to their own organization: no proof of the address.
    const own = await invite(evil.id, victim, "viewer");
    const attacker = new BrowserLike();
    await attacker.submit(await attacker.open(own.path), "/account/invitation/sign-up", { name: "Evil", password: "evil evil evil battery" });
    const real = await invite(good.id, victim, "admin");
    const browser = new BrowserLike();
    const page = await browser.submit(await browser.open(real.path), "/account/invitation/sign-up", { name: "Kim", password: PASSWORD });
    expect(page.status).toBe(200);
  });

  it("A4 a member whose account was deleted meanwhile does not come back for whoever takes the address", async () => {
    const organization = await createOrganization();
    const person = somebody();
    // As when the account is deleted between acceptInvitation and putMembership: the organization was told, the account is none.
    await addMember(organization, "admin", person);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const stranger = new BrowserLike({ SIGN_UP: "open" } as Partial<Env>);
    const form = await stranger.open("/account/sign-up");
    await stranger.submit(form, "/account/sign-up", { name: "Stranger", email: person.email, password: PASSWORD, organization: "Mine" });
    // Any rename of the organization tells the members' accounts.
    await send("PATCH", "/api/v1/organization", { key: organization.api_key, body: { name: "Renamed" } });
    await new Promise((resolve) => setTimeout(resolve, 500));
    const state = await callOrganization(env, organization.id, "membership", { account_id: accountOf(person.email) });
    expect(state).toBeNull();
  });

  it("A5 a removed admin's own invitations end with them", async () => {
    const organization = await createOrganization();
    const admin = await newMember("admin", organization);
    const account_id = accountOf(admin.email);
    const { id } = await invite(organization.id, newEmail(), "admin");
    // As if the admin's application had made it (invited_by is what an oauth principal writes).
    await sql(organization, "UPDATE invitations SET invited_by = ? WHERE id = ?", account_id, id);
    const reply = await send("DELETE", `/api/v1/members/${account_id}`, { key: organization.api_key });
    expect(reply.status).toBe(200);
    const [row] = await sql<{ revoked_at: number | null }>(organization, "SELECT revoked_at FROM invitations WHERE id = ?", id);
    expect(row!.revoked_at).not.toBeNull();
  });

  it("A6 a deleted account's name and address are erased, as the page says", async () => {
    const organization = await createOrganization();
    await newMember("owner", organization);
    const { browser, email } = await newMember("member", organization);
    const page = await browser.open("/account/delete");
    const gone = await browser.submit(page, "/account/delete", { understood: "yes" });
    expect(gone.text).toContain("deleted");
    const rows = await sql<{ n: number }>(organization, "SELECT (SELECT count(*) FROM audit_log WHERE before LIKE ?1 OR after LIKE ?1) + (SELECT count(*) FROM invitations WHERE email LIKE ?1) AS n", `%${email}%`);
    expect(rows[0]!.n).toBe(0);
  });

  it("A7 made-up session cookies wake no actor", async () => {
    const listed = async () => 0;
    void listed;
    void callAccount;
    const response = await new BrowserLike().request("/account", { headers: { Cookie: `__Host-crow_session=usr_${"0".repeat(26)}.ses_${"0".repeat(26)}.${"a".repeat(43)}` } });
    expect(response.status).toBe(303);
  });
});
