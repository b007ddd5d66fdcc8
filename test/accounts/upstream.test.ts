import { describe, expect, it } from "vitest";
import { createOrganization } from "../support/api.ts";
import { inAccount, makeStale, tablesOf } from "../support/account_actor.ts";
import { BrowserLike, type Visited } from "../support/browser_like.ts";
import { invite } from "../support/members.ts";
import { PROVIDER, PROVIDER_CLIENT, type ProviderPerson } from "../support/openid_provider.ts";
import { newEmail, newMember, PASSWORD, signIn } from "../support/people.ts";

const UPSTREAM = {
  UPSTREAM_ISSUER: PROVIDER,
  UPSTREAM_CLIENT_ID: PROVIDER_CLIENT.id,
  UPSTREAM_CLIENT_SECRET: PROVIDER_CLIENT.secret,
  UPSTREAM_NAME: "Provider",
};

const newBrowser = (settings: Partial<Env> = {}): BrowserLike => new BrowserLike({ ...UPSTREAM, ...settings });

/** Goes to the provider, signs in there as this person, and comes back: the path to return to. */
async function atProvider(browser: BrowserLike, person: ProviderPerson, start = "/account/upstream"): Promise<string> {
  const { at } = await browser.open(start);
  const response = await fetch(`${at}&test_person=${encodeURIComponent(JSON.stringify(person))}`, { redirect: "manual" });
  const back = new URL(response.headers.get("Location")!);
  return back.pathname + back.search;
}

async function signInAs(
  person: ProviderPerson,
  browser = newBrowser({ SIGN_UP: "open" }),
  start?: string,
): Promise<{ browser: BrowserLike; page: Visited }> {
  return { browser, page: await browser.open(await atProvider(browser, person, start)) };
}

function newPerson(email = newEmail()): ProviderPerson & { email: string } {
  return { sub: crypto.randomUUID(), email, email_verified: true, name: "Lin Provider" };
}

/** A member who links the provider to their account. */
async function linked() {
  const { email } = await newMember();
  const browser = newBrowser();
  await signIn(email, PASSWORD, browser);
  const person = newPerson(email);
  const question = await browser.open(await atProvider(browser, person, "/account/upstream?intent=link"));
  const page = await browser.submit(question, "/account/upstream/link");
  return { email, browser, person, question, page };
}

describe("sign-in by another provider", () => {
  it("asks for a code with PKCE, state and nonce, and offers itself on the sign-in page alone where it is set up", async () => {
    const { at } = await newBrowser().open("/account/upstream?continue=/oauth/authorize");
    const query = new URL(at).searchParams;
    expect(at.startsWith(`${PROVIDER}/authorize?`)).toBe(true);
    expect(query.get("redirect_uri")).toBe("http://crow.test/account/upstream/callback");
    expect(query.get("code_challenge_method")).toBe("S256");
    for (const name of ["state", "nonce", "code_challenge"]) expect(query.get(name)!.length).toBeGreaterThan(30);
    expect((await newBrowser().open("/account/sign-in")).text).toContain("Continue with Provider");
    const without = new BrowserLike();
    expect((await without.open("/account/sign-in")).text).not.toContain("Continue with");
    expect((await without.open("/account/upstream")).status).toBe(404);
  });

  it("makes an account without a password where the deployment is open, and finds it again", async () => {
    const person = newPerson();
    const { browser, page } = await signInAs(person);
    expect(page.at).toBe("/account");
    expect(page.text).toContain("Lin Provider");
    expect(page.text).toContain("Not set");
    expect(browser.cookies.has("__Host-crow_upstream")).toBe(false);
    expect((await signInAs(person, newBrowser())).page.at).toBe("/account");
    expect((await signIn(person.email, "any password at all")).page.status).toBe(403);
  });

  it("takes the e-mail from the userinfo endpoint where the id_token has none", async () => {
    expect((await signInAs({ ...newPerson(), by_userinfo: true })).page.at).toBe("/account");
  });

  it("makes no account without an invitation where the deployment is not open, and one with it", async () => {
    const person = newPerson();
    const organization = await createOrganization();
    expect((await signInAs(person, newBrowser())).page.status).toBe(403);
    expect(await tablesOf(person.email)).toEqual([]);
    const { path } = await invite(organization, person.email);
    const closed = newBrowser({ SIGN_UP: "closed" });
    await closed.open(path);
    expect((await signInAs(person, closed)).page.status).toBe(403);
    const other = newBrowser();
    await other.open((await invite(organization, newEmail())).path);
    expect((await signInAs(person, other)).page.status).toBe(403);
    const invited = newBrowser();
    await invited.open(path);
    const { page } = await signInAs(person, invited, "/account/upstream?continue=%2Faccount%2Finvitation");
    expect(page.at).toBe("/account/invitation");
    expect((await invited.submit(page, "/account/invitation")).at).toBe("/account?done=joined");
  });

  it.each([[false], [undefined], ["true"], [1]])("is refused with an address whose email_verified is %j", async (email_verified) => {
    const person = { ...newPerson(), email_verified };
    expect((await signInAs(person)).page.status).toBe(403);
    expect(await tablesOf(person.email)).toEqual([]);
  });

  it("takes over no account: one with a password and the same address stays shut until its owner has linked it", async () => {
    const { email } = await newMember();
    const { browser, page } = await signInAs(newPerson(email));
    expect(page.status).toBe(403);
    expect(page.text).toContain("Not linked yet");
    expect(browser.cookies.has("__Host-crow_session")).toBe(false);
  });

  it("takes over no account with another subject of the same address", async () => {
    const person = newPerson();
    await signInAs(person);
    expect((await signInAs({ ...person, sub: "somebody-else" })).page.status).toBe(403);
  });

  it.each<[string, Partial<ProviderPerson>]>([
    ["a wrong signature", { wrong_key: true }],
    ["another audience", { claims: { aud: "another-client" } }],
    ["another issuer", { claims: { iss: "https://evil.example" } }],
    ["another nonce", { claims: { nonce: "replayed" } }],
    ["no nonce", { claims: { nonce: null } }],
    ["an id_token that has expired", { claims: { exp: 1_000 } }],
  ])("is refused with %s", async (_case, wrong) => {
    const person = { ...newPerson(), ...wrong };
    const { browser, page } = await signInAs(person);
    expect(page.status).toBe(502);
    expect(browser.cookies.has("__Host-crow_session")).toBe(false);
    expect(await tablesOf(person.email)).toEqual([]);
  });

  it.each([
    ["another state", (query: URLSearchParams) => query.set("state", "forged")],
    ["no state", (query: URLSearchParams) => query.delete("state")],
    ["another issuer in the answer (mix-up)", (query: URLSearchParams) => query.set("iss", "https://evil.example")],
    ["no issuer in the answer", (query: URLSearchParams) => query.delete("iss")],
    ["another code", (query: URLSearchParams) => query.set("code", "guessed")],
    ["an error", (query: URLSearchParams) => (query.delete("code"), query.set("error", "access_denied"))],
  ])("is refused with %s", async (_case, change) => {
    const browser = newBrowser({ SIGN_UP: "open" });
    const back = new URL(await atProvider(browser, newPerson()), "http://crow.test");
    change(back.searchParams);
    expect((await browser.open(back.pathname + back.search)).status).toBe(502);
    expect(browser.cookies.has("__Host-crow_session")).toBe(false);
  });

  it("is refused in a browser that did not begin it, and works once", async () => {
    const attacker = newBrowser({ SIGN_UP: "open" });
    const back = await atProvider(attacker, newPerson());
    expect((await newBrowser().open(back)).status).toBe(400);
    expect((await attacker.open(back)).at).toBe("/account");
    expect((await attacker.open(back)).status).toBe(400);
  });
});

describe("linking another provider", () => {
  it("is asked by a page and done by a form, and opens the account from then on", async () => {
    const { email, person, question, page } = await linked();
    expect(question.text).toContain("Sign in with Provider from now on?");
    expect(page.at).toBe("/account?done=linked");
    const again = await signInAs(person, newBrowser());
    expect(again.page.text).toContain(email);
  });

  it("needs somebody who has just shown who they are, and the account's own verified address", async () => {
    const { email } = await newMember();
    const browser = newBrowser();
    await signIn(email, PASSWORD, browser);
    for (const person of [newPerson(), { ...newPerson(email), email_verified: false }])
      expect((await browser.open(await atProvider(browser, person, "/account/upstream?intent=link"))).status).toBe(403);
    await makeStale(email);
    expect((await browser.open("/account/upstream?intent=link")).at).toMatch(/^\/account\/confirm/);
  });

  it("cannot be done with what another session was shown", async () => {
    const one = await linked();
    const { email } = await newMember();
    const browser = newBrowser();
    await signIn(email, PASSWORD, browser);
    const { form_token } = (await browser.open("/account")).forms[0]!.values;
    const { identity } = one.question.forms[0]!.values;
    expect((await browser.post("/account/upstream/link", { form_token: form_token!, identity: identity! })).status).toBe(400);
    expect(await inAccount(email, "SELECT 1 FROM account WHERE upstream_issuer IS NOT NULL")).toEqual([]);
  });

  it("can be undone, but not where it is the only way in", async () => {
    const { browser, person } = await linked();
    expect((await browser.submit(await browser.open("/account"), "/account/upstream/unlink")).at).toBe("/account?done=unlinked");
    expect((await signInAs(person, newBrowser())).page.status).toBe(403);
    const only = await signInAs(newPerson());
    expect((await only.browser.submit(only.page, "/account/upstream/unlink")).at).toBe("/account?problem=last_way_in");
  });

  it("serves to show again who one is, by the linked identity alone", async () => {
    const person = newPerson();
    const { browser } = await signInAs(person);
    await makeStale(person.email);
    const start = "/account/upstream?intent=confirm&continue=%2Faccount%2Fpassword";
    expect((await browser.open("/account/password")).at).toMatch(/^\/account\/confirm/);
    expect(new URL((await browser.open(start)).at).searchParams.get("prompt")).toBe("login");
    expect((await browser.open(await atProvider(browser, { ...person, sub: "other" }, start))).status).toBe(403);
    const old = { ...person, claims: { auth_time: Math.floor(Date.now() / 1_000) - 3_600 } };
    expect((await browser.open(await atProvider(browser, old, start))).status).toBe(502);
    expect((await browser.open(await atProvider(browser, person, start))).at).toBe("/account/password");
    const set = await browser.submit(await browser.open("/account/password"), "/account/password", { next: PASSWORD });
    expect(set.at).toBe("/account?done=password");
    expect((await signIn(person.email)).page.at).toBe("/account");
  });
});
