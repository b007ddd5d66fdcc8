import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { signValue } from "../../src/actors/secrets/signed_value.ts";
import { inAccount, makeStale } from "../support/account_actor.ts";
import { BrowserLike } from "../support/browser_like.ts";
import { newMember, signIn } from "../support/people.ts";

const SESSION = "__Host-crow_session";
const DAY_MS = 86_400_000;

/** The same cookie in another browser: a copy that a thief might hold. */
function copyOf(browser: BrowserLike): BrowserLike {
  const copy = new BrowserLike();
  copy.cookies.set(SESSION, browser.cookies.get(SESSION)!);
  return copy;
}

async function isIn(browser: BrowserLike): Promise<boolean> {
  return (await browser.open("/account")).at === "/account";
}

describe("a session", () => {
  it("gets a new secret once a day; the old one works for a minute and then no more", async () => {
    const { browser, email } = await newMember();
    const late = copyOf(browser);
    const later = copyOf(browser);
    const before = browser.cookies.get(SESSION)!;
    await browser.open("/account");
    expect(browser.cookies.get(SESSION)).toBe(before);
    await inAccount(email, "UPDATE sessions SET rotated_at = rotated_at - ?", DAY_MS + 1);
    await browser.open("/account");
    const after = browser.cookies.get(SESSION)!;
    expect(after).not.toBe(before);
    expect(after.split(".").slice(0, 2)).toEqual(before.split(".").slice(0, 2));
    expect(await isIn(late)).toBe(true);
    expect(late.cookies.get(SESSION)).toBe(before);
    await inAccount(email, "UPDATE sessions SET previous_expires_at = previous_expires_at - 60001");
    expect(await isIn(later)).toBe(false);
    expect(await isIn(browser)).toBe(true);
  });

  it("ends after 14 days without use, and 30 days after sign-in however much it is used", async () => {
    const idle = await newMember();
    await inAccount(idle.email, "UPDATE sessions SET last_used_at = last_used_at - ?", 14 * DAY_MS - 60_000);
    expect(await isIn(copyOf(idle.browser))).toBe(true);
    await inAccount(idle.email, "UPDATE sessions SET last_used_at = last_used_at - ?", 14 * DAY_MS);
    expect(await isIn(idle.browser)).toBe(false);
    const busy = await newMember();
    await inAccount(busy.email, "UPDATE sessions SET created_at = created_at - ?", 30 * DAY_MS);
    expect(await isIn(busy.browser)).toBe(false);
  });

  const CHANGES: [string, (cookie: string) => string][] = [
    ["another secret", (cookie) => cookie.replace(/[\w-]{43}/, "a".repeat(43))],
    ["another session's id", (cookie) => cookie.replace(/ses_.{26}/, "ses_01jd0000000000000000000000")],
    ["another account's name", (cookie) => cookie.replace(/acc_.{26}/, "acc_01jd0000000000000000000000")],
    ["nothing", () => ""],
    ["too much", (cookie) => `${cookie}.x`],
  ];

  it.each(CHANGES)("is not opened with %s, signed by us or not", async (_case, change) => {
    const { browser } = await newMember();
    const cookie = browser.cookies.get(SESSION)!;
    const other = new BrowserLike();
    for (const value of [change(cookie), signValue(env.CROW_SECRET, "session", change(cookie.slice(0, cookie.lastIndexOf("."))))]) {
      other.cookies.set(SESSION, value);
      expect(await isIn(other)).toBe(false);
    }
  });

  it("is listed by browser and platform, and can be ended from another one at once", async () => {
    const { browser, email } = await newMember();
    const second = (await signIn(email)).browser;
    const page = await browser.open("/account");
    expect(page.text.match(/Firefox on Linux/g)).toHaveLength(3);
    for (const { text } of [page, await second.open("/account")])
      expect(text.indexOf("this one")).toBeLessThan(text.indexOf('action="/account/sessions/revoke"'));
    expect((await browser.submit(page, "/account/sessions/revoke")).at).toBe("/account?done=session");
    expect(await isIn(second)).toBe(false);
    expect(await isIn(browser)).toBe(true);
    const again = await browser.submit(page, "/account/sessions/revoke");
    expect(again.at).toBe("/account?problem=not_found");
  });

  it("cannot be ended by another account", async () => {
    const one = await newMember();
    const other = await newMember();
    const session_id = one.browser.cookies.get(SESSION)!.split(".")[1]!;
    const page = await other.browser.open("/account");
    const { form_token } = page.forms[0]!.values;
    expect((await other.browser.post("/account/sessions/revoke", { form_token: form_token!, session_id })).at).toBe("/account?problem=not_found");
    expect(await isIn(one.browser)).toBe(true);
  });

  it("ends all others only for somebody who has just shown who they are", async () => {
    const { browser, email } = await newMember();
    const others = [(await signIn(email)).browser, (await signIn(email)).browser];
    await makeStale(email);
    const page = await browser.open("/account");
    expect((await browser.submit(page, "/account/sessions/revoke-others")).at).toBe("/account/confirm?continue=%2Faccount");
    expect(await isIn(others[0]!)).toBe(true);
    const confirm = await browser.open("/account/confirm?continue=%2Faccount");
    const back = await browser.submit(confirm, "/account/confirm", { password: "correct horse battery staple" });
    expect(back.at).toBe("/account");
    expect((await browser.submit(back, "/account/sessions/revoke-others")).at).toBe("/account?done=sessions");
    for (const other of others) expect(await isIn(other)).toBe(false);
    expect(await isIn(browser)).toBe(true);
  });

  it("ends on sign-out, in storage too: a copy of its cookie is worth nothing", async () => {
    const { browser, email } = await newMember();
    const copy = copyOf(browser);
    await browser.submit(await browser.open("/account"), "/account/sign-out");
    expect(browser.cookies.has(SESSION)).toBe(false);
    expect(await isIn(copy)).toBe(false);
    expect(await inAccount(email, "SELECT 1 FROM sessions")).toEqual([]);
  });

  it("is one of at most 50: the least used goes", async () => {
    const { browser, email } = await newMember();
    await inAccount(
      email,
      `INSERT INTO sessions (id, secret_hash, rotated_at, device, authenticated_at, created_at, last_used_at)
       SELECT 'ses_' || value, 'x', rotated_at, 'Old', 0, created_at, last_used_at - 1000 - value FROM sessions, (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 60) SELECT value FROM n)`,
    );
    await signIn(email);
    expect(await inAccount(email, "SELECT 1 FROM sessions")).toHaveLength(50);
    expect(await isIn(browser)).toBe(true);
  });
});
