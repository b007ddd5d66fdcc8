import { beforeAll, describe, expect, it } from "vitest";
import { BASE_URL, createOrganization, type TestOrganization } from "../support/api.ts";
import { unescapeHtml } from "../support/browser_like.ts";
import {
  answerConsent,
  createClient,
  goodRequest,
  join,
  location,
  postForm,
  registerClient,
  scenario,
  signedInMember,
  visitAuthorize,
  type ExchangeClient,
  type SignedInPerson,
} from "./support.ts";

let organization: TestOrganization;
let person: SignedInPerson;
let client: ExchangeClient;
beforeAll(async () => {
  ({ organization, person, client } = await scenario());
});

async function push(changes: Record<string, string | undefined> = {}): Promise<string> {
  const pushed = await postForm("/oauth/par", await goodRequest(client.client_id, changes));
  expect(pushed.status, JSON.stringify(pushed.body)).toBe(201);
  return `${BASE_URL}/oauth/authorize?${new URLSearchParams({ client_id: client.client_id, request_uri: pushed.body.request_uri! }).toString()}`;
}

const attribute = (html: string, pattern: RegExp): string => unescapeHtml(pattern.exec(html)![1]!);

describe("a pushed request (RFC 9126)", () => {
  it("that asks for a sign-in goes on after it", async () => {
    const first = await (await visitAuthorize(person, await push({ prompt: "login" }))).text();
    expect(first).toContain('name="password"');
    const next = attribute(first, /name="continue" value="([^"]*)"/);
    expect(next).not.toContain("code_challenge");
    expect(await (await visitAuthorize(person, BASE_URL + next)).text()).toContain('name="decision"');
  });

  it("of somebody with several organizations goes on after the choice", async () => {
    const several = await signedInMember(organization);
    await join(await createOrganization(), "owner", several.person);
    const page = await (await visitAuthorize(several, await push())).text();
    const next = attribute(page, /href="(\/oauth\/authorize[^"]*)"/);
    expect(await (await visitAuthorize(several, BASE_URL + next)).text()).toContain('name="decision"');
  });

  it("may be as long as it is accepted", async () => {
    expect((await visitAuthorize(person, await push({ state: "s".repeat(3_300) }))).status).toBe(200);
    expect((await postForm("/oauth/par", await goodRequest(client.client_id, { state: "s".repeat(4_200) }))).status).toBe(400);
  });

  it.each([
    ["another redirect URI", { redirect_uri: "https://evil.example/" }, "invalid_request"],
    ["no PKCE", { code_challenge: undefined }, "invalid_request"],
    ["an unknown scope", { scope: "all" }, "invalid_scope"],
    ["a reference to another", { request_uri: "urn:ietf:params:oauth:request_uri:x" }, "invalid_request"],
  ])("is refused at once with %s", async (_what, changes, error) => {
    expect((await postForm("/oauth/par", await goodRequest(client.client_id, changes))).body.error).toBe(error);
  });

  it("needs the client's proof, and its reference cannot be made up or changed", async () => {
    const own = await createClient(organization, { name: "Web app", redirect_uris: ["https://app.example/callback"], scopes: ["products:read"] });
    expect((await postForm("/oauth/par", await goodRequest(own.client_id))).body.error).toBe("invalid_client");
    const url = await push();
    for (const bad of [url.slice(0, -4), `${url}AAAA`, url.replace(/request_uri=.*/, "request_uri=https://evil.example/request")])
      expect((await visitAuthorize(person, bad)).status).toBe(400);
  });

  it("keeps the client's secret out of the browser", async () => {
    const confidential = await registerClient({ token_endpoint_auth_method: "client_secret_post" });
    const pushed = await postForm("/oauth/par", { ...(await goodRequest(confidential.client_id)), client_secret: confidential.client_secret! });
    const url = `${BASE_URL}/oauth/authorize?${new URLSearchParams({ client_id: confidential.client_id, request_uri: pushed.body.request_uri! }).toString()}`;
    const page = await visitAuthorize(person, url);
    expect(await page.clone().text()).not.toContain(confidential.client_secret!);
    expect(location(await answerConsent(person, page, "allow")).searchParams.get("code")).toMatch(/^crow_code_/);
  });
});
