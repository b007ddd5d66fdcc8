import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { createOrganization, OPERATOR_TOKEN, send } from "../support/api.ts";
import { tablesOf } from "../support/account_actor.ts";
import { BrowserLike } from "../support/browser_like.ts";
import { invite } from "../support/members.ts";
import { newEmail, newMember, PASSWORD, signIn } from "../support/people.ts";

async function membersOf(organization_id: string): Promise<{ email: string; role: string }[]> {
  const reply = await send<{ data: { email: string; role: string }[] }>("GET", "/api/v1/members", {
    key: OPERATOR_TOKEN,
    headers: { "X-Organization-Id": organization_id },
  });
  return reply.body.data.map(({ email, role }) => ({ email, role }));
}

const NEWCOMER = { name: "Kim Test", password: PASSWORD };

describe("an invitation", () => {
  it("makes a member of somebody new", async () => {
    const { page, email, organization } = await newMember("viewer");
    expect(page.at).toBe("/account?done=joined");
    expect(page.text).toContain("Test shop");
    expect(await membersOf(organization.id)).toEqual([{ email, role: "viewer" }]);
  });

  it("makes a member of somebody who has an account, by one button", async () => {
    const { browser, email } = await newMember();
    const organization = await createOrganization({ name: "Second shop" });
    const page = await browser.open((await invite(organization, email, "admin")).path);
    expect(page.text).toContain("Join Second shop");
    const joined = await browser.submit(page, "/account/invitation");
    expect(joined.at).toBe("/account?done=joined");
    expect(joined.text).toContain("Second shop");
    expect(await membersOf(organization.id)).toEqual([{ email, role: "admin" }]);
  });

  it("is accepted after signing in, for somebody who has an account elsewhere", async () => {
    const { email } = await newMember();
    const organization = await createOrganization();
    const browser = new BrowserLike();
    const page = await browser.open((await invite(organization, email)).path);
    expect(page.text).toContain(`/account/sign-in?continue=%2Faccount%2Finvitation&amp;login_hint=${encodeURIComponent(email)}`);
    const form = await browser.open("/account/sign-in?continue=%2Faccount%2Finvitation");
    const back = await browser.submit(form, "/account/sign-in", { email, password: PASSWORD });
    expect(back.at).toBe("/account/invitation");
    expect((await browser.submit(back, "/account/invitation")).at).toBe("/account?done=joined");
  });

  it("is for exactly its address: another account cannot accept, and a newcomer cannot choose another", async () => {
    const { browser, email } = await newMember();
    const organization = await createOrganization();
    const invited = newEmail();
    const { path } = await invite(organization, invited);
    const page = await browser.open(path);
    expect(page.text).toContain(`This invitation is for <strong>${invited}</strong>`);
    expect(page.forms.map(({ action }) => action)).toEqual(["/account/sign-out"]);
    const { form_token } = page.forms[0]!.values;
    expect((await browser.post("/account/invitation", { form_token: form_token! })).status).toBe(403);
    const newcomer = new BrowserLike();
    await newcomer.submit(await newcomer.open(path), "/account/invitation/sign-up", { ...NEWCOMER, email: newEmail() });
    expect(await membersOf(organization.id)).toEqual([{ email: invited, role: "member" }]);
    expect(email).not.toBe(invited);
  });

  it("works once; who used it is told that they are in", async () => {
    const organization = await createOrganization();
    const email = newEmail();
    const { path } = await invite(organization, email);
    const browser = new BrowserLike();
    await browser.submit(await browser.open(path), "/account/invitation/sign-up", NEWCOMER);
    const other = await newMember();
    for (const who of [new BrowserLike(), other.browser]) expect((await who.open(path)).status).toBe(410);
    const again = await browser.open(path);
    expect(again.status).toBe(200);
    expect(again.text).toContain("You are already in Test shop");
    expect(browser.cookies.has("__Host-crow_invitation")).toBe(false);
  });

  it.each([
    ["it has expired", "UPDATE invitations SET expires_at = 1"],
    ["it was revoked", "UPDATE invitations SET revoked_at = 1"],
  ])("does not work once %s, not even from a page that was open before", async (_case, sql) => {
    const organization = await createOrganization();
    const email = newEmail();
    const { path } = await invite(organization, email);
    const browser = new BrowserLike();
    const page = await browser.open(path);
    await runInDurableObject(env.ORGANIZATIONS.getByName(organization.id), (_actor, state) => void state.storage.sql.exec(sql));
    expect((await browser.submit(page, "/account/invitation/sign-up", NEWCOMER)).status).toBe(410);
    expect((await new BrowserLike().open(path)).status).toBe(410);
    expect(await membersOf(organization.id)).toEqual([]);
    expect(await tablesOf(email)).toEqual([]);
  });

  it("does not work when it is forged, cut or of another organization", async () => {
    const organization = await createOrganization();
    const { path } = await invite(organization, newEmail());
    for (const wrong of [
      `${path.slice(0, -1)}${path.endsWith("0") ? "1" : "0"}`,
      path.slice(0, -4),
      "/account/invitation?token=",
      "/account/invitation",
    ])
      expect((await new BrowserLike().open(wrong)).status).toBe(410);
  });

  it("takes over nobody's account: with a wrong password an invited address that has one stays out", async () => {
    const { email } = await newMember();
    const organization = await createOrganization();
    const browser = new BrowserLike();
    const page = await browser.open((await invite(organization, email)).path);
    const refused = await browser.submit(page, "/account/invitation/sign-up", { ...NEWCOMER, password: "some other password" });
    expect(refused.status).toBe(400);
    expect(browser.cookies.has("__Host-crow_session")).toBe(false);
    expect(await membersOf(organization.id)).toEqual([]);
    expect((await browser.submit(page, "/account/invitation/sign-up", NEWCOMER)).at).toBe("/account?done=joined");
    expect((await signIn(email)).page.text).toContain("Kim Test");
  });

  it("keeps its token out of every other address, page and log line", async () => {
    const organization = await createOrganization();
    const { path } = await invite(organization, newEmail());
    const token = path.split("token=")[1]!;
    const lines: string[] = [];
    const spies = (["log", "error"] as const).map((name) => vi.spyOn(console, name).mockImplementation((...args) => void lines.push(args.join(" "))));
    const browser = new BrowserLike();
    const page = await browser.open(path);
    const joined = await browser.submit(page, "/account/invitation/sign-up", NEWCOMER);
    for (const spy of spies) spy.mockRestore();
    expect(lines.length).toBeGreaterThan(2);
    for (const text of [page.at, page.text, ...page.redirects, joined.text, ...joined.redirects, ...lines]) expect(text).not.toContain(token);
    expect(page.headers.get("Referrer-Policy")).toBe("no-referrer");
    expect(browser.cookies.has("__Host-crow_invitation")).toBe(false);
  });

  it("makes no account where the deployment is closed, but lets in who has one", async () => {
    const { email } = await newMember();
    const organization = await createOrganization();
    const closed = new BrowserLike({ SIGN_UP: "closed" });
    const stranger = await closed.open((await invite(organization, newEmail())).path);
    expect(stranger.forms).toEqual([]);
    const form = (await closed.open("/account/sign-in")).forms[0]!;
    expect((await closed.post("/account/invitation/sign-up", { ...form.values, ...NEWCOMER })).status).toBe(400);
    expect(await membersOf(organization.id)).toEqual([]);
    const known = new BrowserLike({ SIGN_UP: "closed" });
    await signIn(email, PASSWORD, known);
    expect((await known.submit(await known.open((await invite(organization, email)).path), "/account/invitation")).at).toBe("/account?done=joined");
  });
});
