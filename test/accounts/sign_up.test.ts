import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { directoryActor } from "../../src/actors/rpc.ts";
import { OPERATOR_TOKEN, send } from "../support/api.ts";
import { inAccount, personOf, tablesOf } from "../support/account_actor.ts";
import { BrowserLike } from "../support/browser_like.ts";
import { roleOf } from "../support/members.ts";
import { newEmail, newMember, PASSWORD, signIn } from "../support/people.ts";

const person = (email: string) => ({ name: "Ada Test", email, password: PASSWORD, organization: "Ada's shop" });

async function signUp(email: string, values: Record<string, string> = {}) {
  const browser = new BrowserLike({ SIGN_UP: "open" });
  const page = await browser.submit(await browser.open("/account/sign-up"), "/account/sign-up", { ...person(email), ...values });
  return { browser, page };
}

describe("sign-up", () => {
  it("makes an account and an organization that it owns, without an API key, where the deployment is open", async () => {
    const email = newEmail();
    const { page } = await signUp(email);
    expect(page.at).toBe("/account");
    expect(page.text).toContain("Ada&#39;s shop");
    const [membership] = await inAccount<{ organization_id: string; role: string }>(email, "SELECT * FROM memberships");
    expect(membership!.role).toBe("owner");
    expect(await roleOf({ id: membership!.organization_id }, await personOf(email))).toBe("owner");
    const headers = { "X-Organization-Id": membership!.organization_id };
    expect((await send<{ data: unknown[] }>("GET", "/api/v1/api-keys", { key: OPERATOR_TOKEN, headers })).body.data).toEqual([]);
    const organization = await send("GET", `/api/v1/organizations/${membership!.organization_id}`, { key: OPERATOR_TOKEN, headers });
    expect(organization.body).toMatchObject({ name: "Ada's shop", tier: "free", status: "active" });
  });

  it.each([undefined, "invite", "closed", "Open", "true"])("makes nothing where the switch is %s", async (mode) => {
    const browser = new BrowserLike(mode === undefined ? {} : { SIGN_UP: mode });
    expect((await browser.open("/account/sign-up")).status).toBe(403);
    const email = newEmail();
    const form = (await browser.open("/account/sign-in")).forms[0]!;
    expect((await browser.post("/account/sign-up", { ...form.values, ...person(email) })).status).toBe(403);
    expect(await tablesOf(email)).toEqual([]);
  });

  it("signs in who has an account and knows its password, and tells others nothing", async () => {
    const { email } = await newMember();
    const known = await signUp(email);
    expect(known.page.at).toBe("/account");
    expect(known.page.text).toContain("Kim Test");
    expect(await inAccount(email, "SELECT 1 FROM foundings")).toEqual([]);
    const other = await signUp(email, { password: "some other password" });
    expect(other.page.status).toBe(400);
    expect(other.page.text).toContain("An account could not be made with this address and password.");
    expect(other.browser.cookies.has("__Host-crow_session")).toBe(false);
  });

  it.each([
    ["no name", { name: " " }, "name-error"],
    ["no address", { email: "nobody" }, "email-error"],
    ["a weak password", { password: "aaaaaaaaaaaaaaa" }, "password-error"],
    ["no organization", { organization: "  " }, "organization-error"],
  ])("says what is wrong with %s, and makes nothing", async (_case, values, id) => {
    const email = newEmail();
    const { page } = await signUp(email, values);
    expect(page.status).toBe(400);
    expect(page.text).toContain(`id="${id}"`);
    expect(await tablesOf(email)).toEqual([]);
  });

  it("is throttled like sign-in", async () => {
    const { email } = await newMember();
    for (let attempt = 0; attempt < 10; attempt++)
      expect((await signUp(email, { password: `guess number ${attempt} is this` })).page.status).toBe(400);
    expect((await signUp(email)).page.status).toBe(429);
  });
});

describe("a person's organization", () => {
  it("is made once, however often its job runs", async () => {
    const email = newEmail();
    const { browser } = await signUp(email);
    const form = await browser.open("/account/organizations/new");
    expect((await browser.submit(form, "/account/organizations/new", { organization: "Second" })).at).toBe("/account?done=founded");
    const foundings = await inAccount<{ id: string; organization_id: string; name: string }>(
      email,
      "SELECT * FROM foundings ORDER BY created_at, id",
    );
    expect(foundings).toHaveLength(2);
    // As after a crash between the directory's answer and the account's note of it.
    const [first] = foundings;
    const account_id = await personOf(email);
    const again = await directoryActor(env).found({ name: first!.name, account_id }, `${account_id}/${first!.id}`);
    expect(again.organization_id).toBe(first!.organization_id);
  });

  it("is nobody's to start where the deployment is not open", async () => {
    const { browser } = await newMember();
    expect((await browser.open("/account")).text).not.toContain("/account/organizations/new");
    expect((await browser.open("/account/organizations/new")).at).toBe("/account");
  });

  it("can be left, except by its last owner", async () => {
    const owner = await newMember("owner");
    const member = await newMember("member", owner.organization);
    const path = `/account/organizations/leave?organization_id=${owner.organization.id}`;
    const told = await owner.browser.open("/account");
    expect(told.text).toContain("You are its last owner. Before you can leave,");
    expect(told.text).not.toContain("/account/organizations/leave");
    for (const answer of [
      await owner.browser.open(path),
      await owner.browser.post("/account/organizations/leave", { ...told.forms[0]!.values, organization_id: owner.organization.id }),
    ])
      expect(answer.at).toBe("/account?problem=last_owner");
    const left = await member.browser.submit(await member.browser.open(path), "/account/organizations/leave");
    expect(left.at).toBe("/account?done=left");
    expect(left.text).not.toContain("Test shop");
    expect((await signIn(member.email)).page.text).toContain("You belong to no organization yet.");
  });
});
