import { describe, expect, it } from "vitest";
import { inAccount } from "../support/account_actor.ts";
import { BrowserLike } from "../support/browser_like.ts";
import { newMember } from "../support/people.ts";

const POSTS = [
  "/account/sign-in",
  "/account/sign-in/passkey",
  "/account/sign-up",
  "/account/sign-out",
  "/account/invitation",
  "/account/invitation/sign-up",
  "/account/recovery",
  "/account/upstream/link",
  "/account/upstream/unlink",
  "/account/confirm",
  "/account/password",
  "/account/passkeys",
  "/account/passkeys/rename",
  "/account/passkeys/remove",
  "/account/sessions/revoke",
  "/account/sessions/revoke-others",
  "/account/applications/revoke",
  "/account/organizations/new",
  "/account/organizations/leave",
  "/account/api-key",
  "/account/delete",
];

async function signOutForm() {
  const person = await newMember();
  const page = await person.browser.open("/account");
  return { ...person, values: page.forms.find(({ action }) => action === "/account/sign-out")!.values };
}

async function sessionsOf(email: string): Promise<number> {
  return (await inAccount(email, "SELECT 1 FROM sessions")).length;
}

describe("a form", () => {
  it.each(POSTS)("at %s is refused without its token", async (path) => {
    const { browser } = await newMember();
    for (const who of [browser, new BrowserLike()]) expect((await who.post(path, { understood: "yes" })).status).toBe(403);
  });

  it("is refused with the token of another session, or of nobody's", async () => {
    const one = await signOutForm();
    const other = await signOutForm();
    expect((await one.browser.post("/account/sign-out", other.values)).status).toBe(403);
    const anonymous = await new BrowserLike().open("/account/sign-in");
    expect((await one.browser.post("/account/sign-out", { form_token: anonymous.forms[0]!.values.form_token! })).status).toBe(403);
    expect(await sessionsOf(one.email)).toBe(1);
  });

  it.each([
    ["another site by Sec-Fetch-Site", { "Sec-Fetch-Site": "cross-site" }],
    ["a sibling host", { "Sec-Fetch-Site": "same-site" }],
    ["another origin", { Origin: "https://evil.example" }],
    ["the same host over another scheme", { Origin: "https://crow.test" }],
    ["an opaque origin that no Sec-Fetch-Site vouches for", { Origin: "null", "Sec-Fetch-Site": "cross-site" }],
  ])("is refused from %s, token or not", async (_case, headers) => {
    const { browser, values, email } = await signOutForm();
    expect((await browser.post("/account/sign-out", values, headers)).status).toBe(403);
    expect(await sessionsOf(email)).toBe(1);
  });

  it("is refused from an opaque origin without Sec-Fetch-Site", async () => {
    const { browser, values } = await signOutForm();
    const response = await browser.request("/account/sign-out", {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded", Origin: "null" },
      body: new URLSearchParams(values).toString(),
    });
    expect(response.status).toBe(403);
  });

  it("is taken from its own origin, and from clients that send neither header", async () => {
    const own = await signOutForm();
    expect((await own.browser.post("/account/sign-out", own.values, { Origin: "http://crow.test" })).at).toBe("/account/sign-in");
    const plain = await signOutForm();
    const response = await plain.browser.request("/account/sign-out", {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(plain.values).toString(),
    });
    expect(response.status).toBe(303);
    expect(await sessionsOf(plain.email)).toBe(0);
  });

  it("is taken as a form alone: not as JSON, text or multipart, and not beyond 16 KiB", async () => {
    const { browser, values } = await signOutForm();
    for (const type of ["application/json", "text/plain", "multipart/form-data; boundary=x"])
      expect((await browser.post("/account/sign-out", values, { "Content-Type": type })).status).toBe(415);
    expect((await browser.post("/account/sign-out", { ...values, more: "x".repeat(17_000) })).status).toBe(413);
  });

  it("is not what a GET does: every address that changes something answers GET with a page or 405, and changes nothing", async () => {
    const { browser, email, values } = await signOutForm();
    for (const path of POSTS) {
      const { status } = await browser.open(`${path}?${new URLSearchParams({ ...values, understood: "yes" }).toString()}`);
      expect([200, 405, 403, 410], path).toContain(status);
    }
    expect(await sessionsOf(email)).toBe(1);
    expect(await inAccount(email, "SELECT 1 FROM account WHERE deleting_at IS NULL")).toHaveLength(1);
  });
});

describe("an account's page", () => {
  it("is not there for other methods, and 404 where there is none", async () => {
    const browser = new BrowserLike();
    expect((await browser.request("/account/nothing")).status).toBe(404);
    const put = await browser.request("/account/sign-in", { method: "PUT" });
    expect(put.status).toBe(405);
    expect(put.headers.get("Allow")).toBe("GET, HEAD, POST");
  });

  it("serves one style sheet and one script of its own", async () => {
    const browser = new BrowserLike();
    expect((await browser.request("/account/pages.css")).headers.get("Content-Type")).toBe("text/css; charset=utf-8");
    expect((await browser.request("/account/passkey.js")).headers.get("Content-Type")).toBe("text/javascript; charset=utf-8");
  });

  it("sends who is not signed in to sign-in and then back", async () => {
    expect((await new BrowserLike().open("/account/organizations/leave?organization_id=x")).at).toBe(
      "/account/sign-in?continue=%2Faccount%2Forganizations%2Fleave%3Forganization_id%3Dx",
    );
  });
});
