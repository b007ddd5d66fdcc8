import type { Role } from "../../src/domain/roles.ts";
import { createOrganization, type TestOrganization } from "./api.ts";
import { BrowserLike, type Visited } from "./browser_like.ts";
import { invite } from "./members.ts";

export const PASSWORD = "correct horse battery staple";

export function newEmail(): string {
  return `p${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}@people.example`;
}

export interface TestPerson {
  browser: BrowserLike;
  email: string;
  organization: TestOrganization;
}

/** Somebody new who accepted an invitation and is signed in. */
export async function newMember(role: Role = "owner", organization?: TestOrganization): Promise<TestPerson & { page: Visited }> {
  const own = organization ?? (await createOrganization());
  const email = newEmail();
  const browser = new BrowserLike();
  const { path } = await invite(own, email, role);
  const page = await browser.submit(await browser.open(path), "/account/invitation/sign-up", { name: "Kim Test", password: PASSWORD });
  if (page.status !== 200) throw new Error(`not joined: ${page.status} ${page.text}`);
  return { browser, email, organization: own, page };
}

/** Signs in with a fresh browser. */
export async function signIn(email: string, password = PASSWORD, browser = new BrowserLike()): Promise<{ browser: BrowserLike; page: Visited }> {
  const page = await browser.submit(await browser.open("/account/sign-in"), "/account/sign-in", { email, password });
  return { browser, page };
}

/** Posts the sign-in form, filled in so, and goes no further: for what only the answer itself says. */
export async function postSignIn(browser: BrowserLike, page: Visited, values: Record<string, string>): Promise<Response> {
  return browser.request("/account/sign-in", {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ ...page.forms[0]!.values, ...values }).toString(),
  });
}
