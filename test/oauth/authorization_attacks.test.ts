// The guarantee: nothing but the client's own redirect URI ever gets an answer, no form but ours decides, and nobody is asked less than they should be.
import { listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { callOrganization } from "../../src/actors/call.ts";
import { BASE_URL, createOrganization, send, type TestOrganization } from "../support/api.ts";
import { unescapeHtml } from "../support/browser_like.ts";
import {
  answerConsent,
  authorizeUrl,
  CALLBACK,
  createClient,
  exchangeCode,
  goodRequest,
  join,
  location,
  obtainCode,
  registerClient,
  scenario,
  signedInMember,
  visitAuthorize,
  workerFetch,
  type CreatedClient,
  type ExchangeClient,
  type SignedInPerson,
} from "./support.ts";

let organization: TestOrganization;
let person: SignedInPerson;
let client: ExchangeClient;
let own: CreatedClient;
beforeAll(async () => {
  ({ organization, person, client } = await scenario());
  own = await createClient(organization, { name: "Web app", redirect_uris: [CALLBACK], scopes: ["products:read"] });
});

const visit = async (changes: Record<string, string | undefined>, client_id = client.client_id) =>
  visitAuthorize(person, await authorizeUrl(client_id, changes));

describe("a redirect URI is refused on a page, and nothing is sent to it, when it has", () => {
  it.each([
    ["a longer path", `${CALLBACK}/more`],
    ["only the same beginning", "https://app.example/callback.evil.example"],
    ["another port", "https://app.example:8443/callback"],
    ["another path", "https://app.example/other"],
    ["a fragment", `${CALLBACK}#fragment`],
    ["another host", "https://evil.example/callback"],
    ["a script", "javascript:alert(1)"],
    ["nothing in it", undefined],
  ])("%s", async (_what, redirect_uri) => {
    const response = await visit({ redirect_uri });
    expect(response.status).toBe(400);
    expect(response.headers.get("Location")).toBeNull();
    expect(await response.text()).toContain("This sign-in cannot go on");
  });

  it("an unknown client, a client of nobody, or one named by a strange URL", async () => {
    for (const client_id of ["dcr_01jd0000000000000000000000", "x", "https://localhost/client.json", "https://10.0.0.1/c", "javascript:alert(1)"]) {
      const response = await visit({}, client_id);
      expect([response.status, response.headers.get("Location")]).toEqual([400, null]);
    }
  });
});

describe("an error goes back to the client alone, with state and issuer,", () => {
  it.each([
    ["when PKCE is missing", { code_challenge: undefined }, "invalid_request"],
    ["when PKCE is downgraded to plain", { code_challenge_method: "plain" }, "invalid_request"],
    ["when PKCE's method is left out", { code_challenge_method: undefined }, "invalid_request"],
    ["when the scope is unknown", { scope: "all" }, "invalid_scope"],
    ["when the resource is elsewhere", { resource: "https://evil.example" }, "invalid_target"],
    ["when the implicit flow is asked for", { response_type: "token" }, "unsupported_response_type"],
    ["when the organization is not the person's", { organization: "org_01jd0000000000000000000000" }, "access_denied"],
    ["when it would have to ask but must not", { prompt: "none" }, "consent_required"],
  ])("%s", async (_what, changes, error) => {
    const target = location(await visit(changes));
    expect(target.origin + target.pathname).toBe(CALLBACK);
    expect(Object.fromEntries(target.searchParams)).toMatchObject({ error, state: "some-state", iss: BASE_URL });
  });

  it("when the scope is beyond the client's", async () => {
    expect(location(await visit({ scope: "products:write" }, own.client_id)).searchParams.get("error")).toBe("invalid_scope");
  });

  it("when nobody is signed in and nobody may be asked", async () => {
    const response = await visitAuthorize(null, await authorizeUrl(client.client_id, { prompt: "none" }));
    expect(location(response).searchParams.get("error")).toBe("login_required");
  });

  it("when the person's role has nothing of what was asked for", async () => {
    const viewer = await signedInMember(organization, "viewer");
    const response = await visitAuthorize(viewer, await authorizeUrl(client.client_id, { scope: "products:write" }));
    expect(location(response).searchParams.get("error")).toBe("access_denied");
  });

  it("when the person says no", async () => {
    const target = location(await answerConsent(person, await visit({}), "deny"));
    expect(Object.fromEntries(target.searchParams)).toMatchObject({ error: "access_denied", state: "some-state", iss: BASE_URL });
    expect(target.searchParams.has("code")).toBe(false);
  });
});

describe("an authorization request by POST", () => {
  const post = (body: string) =>
    workerFetch(`${BASE_URL}/oauth/authorize`, { method: "POST", body, headers: { "Content-Type": "application/x-www-form-urlencoded" } });

  it("is answered like the GET, and refused when it is endless", async () => {
    const query = (await authorizeUrl(client.client_id)).split("?")[1]!;
    expect((await post(query)).headers.get("Location")).toBe(`/oauth/authorize?${query}`);
    expect((await post("x".repeat(100_000))).status).toBe(400);
    const split = await post("a=\r\nSet-Cookie: x=y");
    expect([split.status, split.headers.get("Location")]).toEqual([303, "/oauth/authorize?a=%0D%0ASet-Cookie%3A+x%3Dy"]);
    expect((await visitAuthorize(person, `${BASE_URL}/oauth/authorize?${"x".repeat(9_000)}`)).status).toBe(414);
  });
});

describe("a parameter", () => {
  it("that comes twice is refused on a page", async () => {
    expect((await visitAuthorize(person, `${await authorizeUrl(client.client_id)}&redirect_uri=https://evil.example`)).status).toBe(400);
  });

  it("state with markup comes back as it was, and never into the page", async () => {
    const state = '"><script>alert(1)</script>';
    const page = await visit({ state });
    expect(await page.clone().text()).not.toContain("<script>alert");
    expect(location(await answerConsent(person, page, "allow")).searchParams.get("state")).toBe(state);
  });
});

describe("the consent page", () => {
  it("says who asks, where the answer goes, for which organization, and each scope in words", async () => {
    const fresh = await registerClient({ client_name: "<b>Bank</b>" });
    const html = await (await visit({ scope: "openid products:read interactions:erase" }, fresh.client_id)).text();
    for (const text of ["&lt;b&gt;Bank&lt;/b&gt;", "not verified", "app.example", "Test shop", "See products", "Erase a person", "Know who you are"])
      expect(html).toContain(text);
    expect(html).not.toContain("<b>Bank");
  });

  it("needs no script, is framed by nobody, kept by nobody, and its form ends here or at the client", async () => {
    const { headers } = await visit({ prompt: "consent" });
    const policy = headers.get("Content-Security-Policy")!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("form-action 'self' https://app.example;");
    expect(policy).not.toContain("script-src");
    expect(headers.get("X-Frame-Options")).toBe("DENY");
    expect(headers.get("Cache-Control")).toBe("no-store");
    expect(headers.get("Access-Control-Allow-Origin")).toBeNull();
  });

  it("is shown to somebody signed out only after the sign-in", async () => {
    const html = await (await visitAuthorize(null, await authorizeUrl(client.client_id))).text();
    expect(html).toContain('name="password"');
    expect(html).not.toContain('name="decision"');
  });

  it.each([
    ["from another site", {}, { Origin: "https://evil.example" }],
    ["by another site's script, as the browser says", {}, { "Sec-Fetch-Site": "cross-site" }],
    ["without its token", { form_token: "" }, {}],
    ["with a made-up token", { form_token: "AAAAAAAAAAAAAAAAAAAAAA" }, {}],
    ["as JSON", {}, { "Content-Type": "application/json" }],
  ])("does not take an answer sent %s", async (_what, changes, headers) => {
    const fresh = await registerClient();
    const response = await answerConsent(person, await visit({}, fresh.client_id), "allow", changes, headers);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.headers.get("Location")).toBeNull();
  });

  it("does not take another person's form", async () => {
    const other = await signedInMember(organization);
    const response = await answerConsent(other, await visit({ prompt: "consent" }), "allow");
    expect(response.status).toBe(403);
  });

  it("judges the request that its form carries anew: another redirect URI, scope or organization in it is refused", async () => {
    const fresh = await registerClient();
    const page = async () => visit({}, fresh.client_id);
    const evil = (await authorizeUrl(fresh.client_id, { redirect_uri: "https://evil.example/" })).split("?")[1]!;
    const first = await answerConsent(person, await page(), "allow", { request: evil });
    expect([first.status, first.headers.get("Location")]).toEqual([400, null]);
    const foreign = await createOrganization();
    const second = location(await answerConsent(person, await page(), "allow", { organization_id: foreign.id }));
    expect([second.searchParams.get("error"), second.searchParams.has("code")]).toEqual(["access_denied", false]);
    const third = await answerConsent(person, await page(), "allow", { organization_id: "nonsense" });
    expect(location(third).searchParams.get("error")).toBe("access_denied");
    const woken = new Set((await listDurableObjectIds(env.ORGANIZATIONS)).map(String));
    expect(woken.has(env.ORGANIZATIONS.idFromName("nonsense").toString())).toBe(false);
  });

  it("allows what it showed and no more, even if the person's role has grown meanwhile", async () => {
    const shop = await createOrganization();
    const viewer = await signedInMember(shop, "viewer");
    const fresh = await registerClient();
    const page = await visitAuthorize(viewer, await authorizeUrl(fresh.client_id, { scope: "products:read products:write" }));
    await send("PATCH", `/api/v1/members/${viewer.account_id}`, { key: shop.api_key, body: { role: "admin" } });
    const code = location(await answerConsent(viewer, page, "allow")).searchParams.get("code")!;
    expect((await exchangeCode(fresh, code)).body.scope).toBe("products:read");
  });

  it("never lets a client of one organization into another, even by a member of both", async () => {
    const both = await signedInMember(organization);
    const elsewhere = await createOrganization();
    await join(elsewhere, "owner", both.person);
    const page = await visitAuthorize(both, await authorizeUrl(own.client_id));
    const response = await answerConsent(both, page, "allow", { organization_id: elsewhere.id });
    expect(location(response).searchParams.get("error")).toBe("access_denied");
  });
});

describe("consent is remembered", () => {
  it("for the same client and scopes, and asked again for more, or when the client wants it", async () => {
    const fresh = await registerClient();
    await obtainCode(person, fresh.client_id);
    expect(location(await visit({}, fresh.client_id)).searchParams.get("code")).toMatch(/^crow_code_/);
    expect(location(await visit({ prompt: "none" }, fresh.client_id)).searchParams.get("code")).toMatch(/^crow_code_/);
    const more = await visit({ scope: "products:read insights:read" }, fresh.client_id);
    const html = await more.text();
    expect(html).toContain("It asks for more");
    expect(html).toContain("You allowed before");
    expect((await visit({ prompt: "consent" }, fresh.client_id)).status).toBe(200);
  });

  it("never for an application on the person's computer, whose place another program could take", async () => {
    const native = await registerClient({ redirect_uris: ["http://127.0.0.1/callback"] });
    const changes = { redirect_uri: "http://127.0.0.1:50123/callback" };
    await obtainCode(person, native.client_id, changes);
    expect((await visit(changes, native.client_id)).status).toBe(200);
  });

  it("not after the person took it back", async () => {
    const fresh = await registerClient();
    await obtainCode(person, fresh.client_id);
    const access = (await callOrganization(env, organization.id, "grantsOf", { account_id: person.account_id }))!;
    const list = await send<{ data: { id: string; client_id: string }[] }>("GET", "/api/v1/oauth-clients?limit=100", { key: organization.api_key });
    const { id } = list.body.data.find(({ client_id }) => client_id === fresh.client_id)!;
    expect(access.map(({ oauth_client_id }) => oauth_client_id)).toContain(id);
    await callOrganization(env, organization.id, "revokeAccess", { account_id: person.account_id, oauth_client_id: id });
    expect((await visit({}, fresh.client_id)).status).toBe(200);
  });
});

describe("a person of several organizations", () => {
  it("chooses one by a link that grants nothing yet", async () => {
    const several = await signedInMember(organization);
    const second = await createOrganization({ name: "Second shop" });
    await join(second, "viewer", several.person);
    const html = await (await visitAuthorize(several, await authorizeUrl(client.client_id))).text();
    expect(html).toContain("For which organization?");
    const cancelled = await answerConsent(several, new Response(html), "deny");
    expect(location(cancelled).searchParams.get("error")).toBe("access_denied");
    expect(location(cancelled).href).toMatch(/^https:\/\/app\.example\/callback\?/);
    const link = unescapeHtml(/href="(\/oauth\/authorize\?[^"]*organization=org_[^"]*)"/.exec(html)![1]!);
    const page = await workerFetch(BASE_URL + link, { headers: { Cookie: several.cookie } });
    expect(await page.text()).toContain('name="decision"');
    const silent = location(await visitAuthorize(several, await authorizeUrl(client.client_id, { prompt: "none" })));
    expect(silent.searchParams.get("error")).toBe("interaction_required");
  });
});

describe("signing in again", () => {
  const asksWho = async (response: Response): Promise<boolean> => {
    const html = await response.text();
    return html.includes('name="password"') && !html.includes('name="decision"');
  };
  const signedInBefore = (somebody: SignedInPerson, minutes: number): Promise<void> =>
    runInDurableObject(
      env.ACCOUNTS.getByName(somebody.person.account_name),
      (_actor, state) => void state.storage.sql.exec("UPDATE sessions SET authenticated_at = authenticated_at - ?", minutes * 60_000),
    );

  it("is asked for by prompt=login, of a person who is signed in", async () => {
    expect(await asksWho(await visit({ prompt: "login" }))).toBe(true);
  });

  it("is asked for by max_age, of a person who signed in longer ago", async () => {
    const early = await signedInMember(organization);
    await signedInBefore(early, 60);
    expect(await asksWho(await visitAuthorize(early, await authorizeUrl(client.client_id, { max_age: "1800" })))).toBe(true);
    expect(await asksWho(await visitAuthorize(early, await authorizeUrl(client.client_id, { max_age: "7200" })))).toBe(false);
  });

  it("comes before what cannot be undone is allowed from a browser that was left open", async () => {
    const early = await signedInMember(organization);
    await signedInBefore(early, 60);
    expect(await asksWho(await visitAuthorize(early, await authorizeUrl(client.client_id, { scope: "interactions:erase" })))).toBe(true);
    // Nor does the form of a page for something harmless get around it.
    const harmless = await visitAuthorize(early, await authorizeUrl(client.client_id, { scope: "products:read" }));
    const request = new URLSearchParams(await goodRequest(client.client_id, { scope: "interactions:erase" })).toString();
    const answer = await answerConsent(early, harmless, "allow", { request, scope: "interactions:erase" });
    expect(answer.headers.get("Location")).toBe(`/oauth/authorize?${request}`);
    // What the form carries is encoded anew before it goes into a header.
    const again = await visitAuthorize(early, await authorizeUrl(client.client_id, { scope: "products:read" }));
    const split = await answerConsent(early, again, "allow", { request: `${request}&note=a\r\nSet-Cookie: x=y`, scope: "interactions:erase" });
    expect([split.status, split.headers.get("Location")]).toEqual([303, `/oauth/authorize?${request}&note=a%0D%0ASet-Cookie%3A+x%3Dy`]);
  });
});
