import { env } from "cloudflare:workers";
import { typeidUnboxed } from "typeid-js";
import { describe, expect, it } from "vitest";
import { callOrganization } from "../../src/actors/call.ts";
import { makeStale, inAccount, personOf } from "../support/account_actor.ts";
import { createOrganization, OPERATOR_TOKEN, send } from "../support/api.ts";
import { BrowserLike, type Visited } from "../support/browser_like.ts";
import { newEmail, newMember, PASSWORD } from "../support/people.ts";

const pathOf = (organization_id: string) => `/account/api-key?organization=${organization_id}`;

/** Fills the form in; the key that the page shows, null where it shows none. */
async function makeKey(browser: BrowserLike, organization_id: string, values: Record<string, string> = {}) {
  const form = await browser.open(pathOf(organization_id));
  return shown(await browser.submit(form, pathOf(organization_id), { name: "My laptop", access: "all", ...values }));
}

function shown(page: Visited): { page: Visited; key: string | null } {
  return { page, key: /<code[^>]*>(crow_live_\w+)<\/code>/.exec(page.text)?.[1] ?? null };
}

interface Key {
  id: string;
  name: string;
  scopes: string[];
}

async function keysOf(organization_id: string): Promise<Key[]> {
  const headers = { "X-Organization-Id": organization_id };
  return (await send<{ data: Key[] }>("GET", "/api/v1/api-keys", { key: OPERATOR_TOKEN, headers })).body.data;
}

describe("a founder", () => {
  it("finds the organization's id and makes a first key, which works, as the audit log says", async () => {
    const email = newEmail();
    const browser = new BrowserLike({ SIGN_UP: "open" });
    const form = await browser.open("/account/sign-up");
    const account = await browser.submit(form, "/account/sign-up", { name: "Ada Test", email, password: PASSWORD, organization: "Ada's shop" });
    const [{ organization_id } = { organization_id: "" }] = await inAccount<{ organization_id: string }>(
      email,
      "SELECT organization_id FROM memberships",
    );
    expect(account.text).toContain(`<code>${organization_id}</code>`);
    expect(account.text).toContain(`href="${pathOf(organization_id)}"`);
    const { page, key } = await makeKey(browser, organization_id);
    expect(page.status).toBe(200);
    expect(page.headers.get("Cache-Control")).toBe("no-store");
    for (const link of ["/docs", "/docs#/invitations/invitations_create"]) expect(page.text).toContain(`href="${link}"`);
    const [, command] = /(curl -s [^<]+)</.exec(page.text)!;
    expect(command).toContain(`/api/v1/organizations/${organization_id}&quot; -H &quot;Authorization: Bearer ${key}&quot;`);
    expect((await send("GET", `/api/v1/organizations/${organization_id}`, { key: key! })).body).toMatchObject({ name: "Ada's shop" });
    const [entry] = (await send<{ data: Record<string, unknown>[] }>("GET", "/api/v1/audit-log?limit=1", { key: key! })).body.data;
    const id = await personOf(email);
    expect(entry).toMatchObject({
      principal: { kind: "account", id, account_id: id },
      protocol: "account",
      operation: "api_keys.create",
      type: "api_key.created",
    });
    expect(entry!.request_id).toMatch(/^req_/);
    expect(JSON.stringify(entry)).not.toContain(key);
  });
});

describe("a key from the account's page", () => {
  it("may do what its maker's role may, and never more", async () => {
    const { browser, organization } = await newMember("admin");
    const { key } = await makeKey(browser, organization.id);
    const made = (await keysOf(organization.id)).find(({ name }) => name === "My laptop");
    expect(made!.scopes).toContain("products:write");
    expect(made!.scopes).not.toContain("organizations:delete");
    expect((await send("DELETE", `/api/v1/organizations/${organization.id}`, { key: key! })).status).toBe(403);
  });

  it("can be for reading only", async () => {
    const { browser, organization } = await newMember("owner");
    const { key } = await makeKey(browser, organization.id, { access: "read" });
    expect((await send("GET", "/api/v1/products", { key: key! })).status).toBe(200);
    expect((await send("POST", "/api/v1/products", { key: key!, body: { name: "x", price: "1", currency: "EUR" } })).status).toBe(403);
    const made = (await keysOf(organization.id)).find(({ name }) => name === "My laptop");
    expect(made!.scopes.every((scope) => scope.endsWith(":read"))).toBe(true);
  });

  it("is one, however often its form is sent; the next form makes the next", async () => {
    const { browser, organization } = await newMember("owner");
    const form = await browser.open(pathOf(organization.id));
    const send_once = async () => shown(await browser.submit(form, pathOf(organization.id), { name: "Twice", access: "all" })).key;
    expect(await send_once()).toBe(await send_once());
    await makeKey(browser, organization.id, { name: "Twice" });
    expect((await keysOf(organization.id)).filter(({ name }) => name === "Twice")).toHaveLength(2);
  });

  it.each([
    ["no name", "  "],
    ["a name too long", "x".repeat(101)],
  ])("needs its form filled in: %s makes none", async (_case, name) => {
    const { browser, organization } = await newMember("owner");
    const { page, key } = await makeKey(browser, organization.id, { name });
    expect([page.status, key]).toEqual([400, null]);
    expect(page.text).toContain('id="name-error"');
    expect(await keysOf(organization.id)).toHaveLength(1);
  });

  it("comes out of its maker's own budget, of the organization's size", async () => {
    const organization = await createOrganization({ rate_limit: { per_minute: 2 } });
    const { browser } = await newMember("owner", organization);
    for (let made = 0; made < 2; made++) expect((await makeKey(browser, organization.id)).key).not.toBeNull();
    const { page, key } = await makeKey(browser, organization.id);
    expect([page.status, key]).toEqual([429, null]);
    expect(page.text).toContain("Request budget used up");
    expect((await send("GET", `/api/v1/organizations/${organization.id}`, { key: organization.api_key })).status).toBe(200);
  });

  it("is for whoever has just shown who they are, and leads there", async () => {
    const { browser, email, organization } = await newMember("owner");
    const form = await browser.open(pathOf(organization.id));
    await makeStale(email);
    const confirm = await browser.submit(form, pathOf(organization.id), { name: "Late" });
    expect(confirm.at).toBe(`/account/confirm?continue=${encodeURIComponent(pathOf(organization.id))}`);
    expect(await keysOf(organization.id)).toHaveLength(1);
    expect((await browser.submit(confirm, "/account/confirm", { password: PASSWORD })).at).toBe(pathOf(organization.id));
  });

  it.each(["member", "viewer"] as const)("is not for a %s", async (role) => {
    const { browser, organization, page } = await newMember(role);
    expect(page.text).not.toContain("/account/api-key");
    const refused = await browser.open(pathOf(organization.id));
    expect(refused.status).toBe(403);
    expect(refused.text).toContain("Ask an owner or an admin");
    expect((await browser.post(pathOf(organization.id), { ...page.forms[0]!.values, name: "x", access: "all" })).status).toBe(403);
    expect(await keysOf(organization.id)).toHaveLength(1);
  });

  it("is not for who does not belong to the organization, whatever their browser sends", async () => {
    const { browser, page } = await newMember("owner");
    const other = await createOrganization();
    for (const answer of [
      await browser.open(pathOf(other.id)),
      await browser.open("/account/api-key"),
      await browser.post(pathOf(other.id), { ...page.forms[0]!.values, name: "x", access: "all" }),
    ])
      expect(answer.at).toBe("/account?problem=not_found");
    expect(await keysOf(other.id)).toHaveLength(1);
  });

  it("is refused by the organization's own word, where the account's copy of the role is old", async () => {
    const { browser, email, organization } = await newMember("owner");
    await newMember("owner", organization);
    const form = await browser.open(pathOf(organization.id));
    const headers = { "X-Organization-Id": organization.id };
    await send("PATCH", `/api/v1/members/${await personOf(email)}`, { key: OPERATOR_TOKEN, headers, body: { role: "member" } });
    await inAccount(email, "UPDATE memberships SET role = 'owner'");
    const { page, key } = shown(await browser.submit(form, pathOf(organization.id), { name: "x", access: "read" }));
    expect([page.status, key]).toEqual([403, null]);
    expect(await keysOf(organization.id)).toHaveLength(1);
  });
});

describe("executing as a person", () => {
  it("is null for who is no member", async () => {
    const { id } = await createOrganization();
    const request = { account_id: typeidUnboxed("usr"), calls: [], request_id: "req_x", base_url: "http://crow.test" };
    expect(await callOrganization(env, id, "executeAs", request)).toBeNull();
  });
});
