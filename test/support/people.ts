import { BrowserLike, type Visited } from "./browser_like.ts";
import { createOrganization, OPERATOR_TOKEN, send, type TestOrganization } from "./api.ts";

export const PASSWORD = "correct horse battery staple";

export function newEmail(): string {
  return `p${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}@people.example`;
}

/** Invites somebody; the path of the link that they would get. */
export async function invite(organization_id: string, email: string, role = "member"): Promise<{ id: string; path: string }> {
  const reply = await send<{ id: string; url: string }>("POST", "/api/v1/invitations", {
    key: OPERATOR_TOKEN,
    headers: { "X-Organization-Id": organization_id },
    body: { email, role },
  });
  if (reply.status !== 201) throw new Error(`not invited: ${reply.status} ${JSON.stringify(reply.body)}`);
  const url = new URL(reply.body.url);
  return { id: reply.body.id, path: url.pathname + url.search };
}

export interface TestPerson {
  browser: BrowserLike;
  email: string;
  organization: TestOrganization;
}

/** Somebody new who accepted an invitation and is signed in. */
export async function newMember(role = "owner", organization?: TestOrganization): Promise<TestPerson & { page: Visited }> {
  const own = organization ?? (await createOrganization());
  const email = newEmail();
  const browser = new BrowserLike();
  const { path } = await invite(own.id, email, role);
  const page = await browser.submit(await browser.open(path), "/account/invitation/sign-up", { name: "Kim Test", password: PASSWORD });
  if (page.status !== 200) throw new Error(`not joined: ${page.status} ${page.text}`);
  return { browser, email, organization: own, page };
}

/** Signs in with a fresh browser. */
export async function signIn(email: string, password = PASSWORD, browser = new BrowserLike()): Promise<{ browser: BrowserLike; page: Visited }> {
  const page = await browser.submit(await browser.open("/account/sign-in"), "/account/sign-in", { email, password });
  return { browser, page };
}
