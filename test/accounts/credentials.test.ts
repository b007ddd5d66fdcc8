import { describe, expect, it } from "vitest";
import { inAccount, makeStale } from "../support/account_actor.ts";
import { BrowserLike } from "../support/browser_like.ts";
import { newMember, PASSWORD, signIn } from "../support/people.ts";

const SESSION = "__Host-crow_session";
const NEXT = "four other unrelated words";

/** The same cookie in another browser. */
function copyOf(browser: BrowserLike): BrowserLike {
  const copy = new BrowserLike();
  copy.cookies.set(SESSION, browser.cookies.get(SESSION)!);
  return copy;
}

describe("a new password", () => {
  it("takes the current one, ends all other sessions, and gives this one a new secret", async () => {
    const { browser, email } = await newMember();
    const other = (await signIn(email)).browser;
    const before = browser.cookies.get(SESSION);
    const page = await browser.submit(await browser.open("/account/password"), "/account/password", { current: PASSWORD, next: NEXT });
    expect(page.at).toBe("/account?done=password");
    expect(browser.cookies.get(SESSION)).not.toBe(before);
    expect((await other.open("/account")).at).toMatch(/sign-in/);
    expect((await signIn(email, PASSWORD)).page.status).toBe(403);
    expect((await signIn(email, NEXT)).page.at).toBe("/account");
  });

  it.each([
    ["with a wrong current one", { current: "not this one at all", next: NEXT }, "This is not your current password."],
    ["that is too short", { current: PASSWORD, next: "short" }, "Use at least 12 characters"],
    ["of one character", { current: PASSWORD, next: "zzzzzzzzzzzzzzzz" }, "Do not repeat"],
  ])("is refused %s, and said why", async (_case, values, reason) => {
    const { browser, email } = await newMember();
    const page = await browser.submit(await browser.open("/account/password"), "/account/password", values);
    expect(page.status).toBe(400);
    expect(page.text).toContain(reason);
    expect(page.text).toMatch(/aria-describedby="[^"]*(?:current|next)-error"/);
    expect((await signIn(email, PASSWORD)).page.at).toBe("/account");
  });

  it("cannot be guessed at by who has the session: it has ten tries a minute, here and where one shows again who one is", async () => {
    const { browser } = await newMember();
    const page = await browser.open("/account/password");
    const confirm = await browser.open("/account/confirm");
    expect((await browser.submit(confirm, "/account/confirm", { password: "wrong wrong wrong" })).status).toBe(403);
    for (let attempt = 0; attempt < 9; attempt++)
      expect((await browser.submit(page, "/account/password", { current: `wrong wrong ${attempt}`, next: NEXT })).status).toBe(400);
    expect((await browser.submit(page, "/account/password", { current: PASSWORD, next: NEXT })).status).toBe(429);
  });
});

describe("a copy of the session's cookie", () => {
  it("does not gain by its owner showing again who they are: it ends", async () => {
    const { browser, email } = await newMember();
    await makeStale(email);
    const thief = copyOf(browser);
    expect((await thief.open("/account/passkeys")).at).toContain("/account/confirm");
    await browser.submit(await browser.open("/account/confirm"), "/account/confirm", { password: PASSWORD });
    expect((await thief.open("/account/passkeys")).at).toMatch(/^\/account\/sign-in/);
    expect((await browser.open("/account/passkeys")).at).toBe("/account/passkeys");
  });

  it("ends with a new password, also one from before the day's change of the session's secret", async () => {
    const { browser, email } = await newMember();
    const older = copyOf(browser);
    await inAccount(email, "UPDATE sessions SET rotated_at = rotated_at - 86400001");
    await browser.open("/account");
    const thief = copyOf(browser);
    expect((await older.open("/account")).at).toBe("/account");
    await browser.submit(await browser.open("/account/password"), "/account/password", { current: PASSWORD, next: NEXT });
    for (const copy of [older, thief]) expect((await copy.open("/account/passkeys")).at).toMatch(/^\/account\/sign-in/);
  });
});

describe("showing again who one is", () => {
  it.each(["/account/passkeys", "/account/delete"])("comes before %s once ten minutes have passed, and goes on there", async (path) => {
    const { browser, email } = await newMember();
    expect((await browser.open(path)).at).toBe(path);
    await makeStale(email);
    const before = browser.cookies.get(SESSION);
    const confirm = await browser.open(path);
    expect(confirm.at).toBe(`/account/confirm?continue=${encodeURIComponent(path)}`);
    const wrong = await browser.submit(confirm, "/account/confirm", { password: "not the right one" });
    expect(wrong.status).toBe(403);
    expect(browser.cookies.get(SESSION)).toBe(before);
    expect((await browser.submit(wrong, "/account/confirm", { password: PASSWORD })).at).toBe(path);
    expect(browser.cookies.get(SESSION)).not.toBe(before);
  });

  it("comes before the change itself as well, when the page was open for long", async () => {
    const { browser, email } = await newMember("member");
    const page = await browser.open("/account/delete");
    await makeStale(email);
    expect((await browser.submit(page, "/account/delete", { understood: "yes" })).at).toBe("/account/confirm?continue=%2Faccount%2Fdelete");
    expect((await signIn(email)).page.at).toBe("/account");
  });

  it("is nothing for somebody who is not signed in", async () => {
    expect((await new BrowserLike().open("/account/confirm")).at).toMatch(/^\/account\/sign-in/);
  });
});
