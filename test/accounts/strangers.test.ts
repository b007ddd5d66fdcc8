// What strangers may do to accounts that are not theirs, and to the disk: nothing.
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { accountOf } from "../support/account_actor.ts";
import { Authenticator } from "../support/authenticator.ts";
import { createOrganization } from "../support/api.ts";
import { BrowserLike } from "../support/browser_like.ts";
import { invite } from "../support/members.ts";
import { newEmail, newMember, PASSWORD, postSignIn, signIn } from "../support/people.ts";
import { addPasskey, optionsOf, signInByPasskey } from "./passkey.ts";

const SESSION = "__Host-crow_session";
const DEVICE = "__Host-crow_device";
const NOBODY = `acc_${"0".repeat(26)}`;
const MAC = "a".repeat(22);

/** Settings under which every account's actor that is asked for is noted. */
function watched(): { settings: Partial<Env>; woken: string[] } {
  const woken: string[] = [];
  const getByName = (name: string) => {
    woken.push(name);
    return env.ACCOUNTS.getByName(name);
  };
  return { woken, settings: { ACCOUNTS: { getByName } as unknown as Env["ACCOUNTS"] } };
}

async function guess(email: string, times: number): Promise<void> {
  for (let attempt = 0; attempt < times; attempt++) await signIn(email, `wrong wrong wrong ${attempt}`);
}

describe("an account's actor", () => {
  it.each([
    ["a made-up session", SESSION, `${NOBODY}.ses_${"0".repeat(26)}.${"a".repeat(43)}.${MAC}`],
    ["a session without a signature", SESSION, `${NOBODY}.ses_${"0".repeat(26)}.${"a".repeat(43)}`],
    ["a made-up recovery link", "__Host-crow_recovery", `crow_recover_${NOBODY}.${"a".repeat(43)}.${MAC}`],
  ])("is not woken by %s in a cookie", async (_case, name, value) => {
    const { settings, woken } = watched();
    const browser = new BrowserLike(settings);
    browser.cookies.set(name, value);
    for (const path of ["/account", "/account/sign-in", "/account/recovery", "/account/passkeys"]) await browser.open(path);
    expect(woken).toEqual([]);
  });

  it("is not woken by the signature of something else", async () => {
    const { browser: owner } = await newMember();
    const [, id] = owner.cookies.get(DEVICE)!.split(".");
    expect(id).toHaveLength(22);
    const { settings, woken } = watched();
    const browser = new BrowserLike(settings);
    for (const name of [SESSION, "__Host-crow_recovery"]) browser.cookies.set(name, owner.cookies.get(DEVICE)!);
    expect((await browser.open("/account")).at).toMatch(/sign-in/);
    expect((await browser.open("/account/recovery")).status).toBe(410);
    expect(woken).toEqual([]);
  });

  it("is not woken by a passkey whose user handle we did not make", async () => {
    const { email } = await newMember();
    const { settings, woken } = watched();
    for (const handle of [NOBODY, accountOf(email), `${accountOf(email)}.${MAC}`]) {
      const browser = new BrowserLike(settings);
      const form = await browser.open("/account/sign-in");
      const passkey = new Authenticator().get(optionsOf(form), { user_handle: Buffer.from(handle).toString("base64url") });
      expect((await browser.submit(form, "/account/sign-in/passkey", { passkey })).status).toBe(403);
    }
    expect(woken).toEqual([]);
  });

  it("is woken by addresses that are typed only as often as one network may try", async () => {
    const { settings, woken } = watched();
    const browser = new BrowserLike({ ...settings, SIGN_UP: "open" });
    for (let attempt = 0; attempt < 12; attempt++) {
      await signIn(newEmail(), PASSWORD, browser);
      const form = await browser.open("/account/sign-up");
      await browser.submit(form, "/account/sign-up", { name: "Kim", email: newEmail(), password: "short", organization: "Mine" });
    }
    expect(woken).toHaveLength(12);
    for (let attempt = 0; attempt < 12; attempt++) await signIn(newEmail(), PASSWORD, browser);
    expect(woken).toHaveLength(20);
  });
});

describe("a stranger's wrong guesses", () => {
  it("shut out neither a passkey nor the password again in a session", async () => {
    const { email, browser } = await newMember();
    const authenticator = new Authenticator();
    await addPasskey(browser, authenticator);
    await guess(email, 10);
    expect((await signIn(email, PASSWORD)).page.status).toBe(429);
    expect((await signInByPasskey(authenticator)).page.at).toBe("/account");
    const confirm = await browser.open("/account/confirm?continue=%2Faccount%2Fpassword");
    const password = await browser.submit(confirm, "/account/confirm", { password: PASSWORD });
    expect(password.at).toBe("/account/password");
    const changed = await browser.submit(password, "/account/password", { current: PASSWORD, next: "four other unrelated words" });
    expect(changed.at).toBe("/account?done=password");
  });

  it("do not shut out a browser that has signed in to the account before, which has as many tries of its own", async () => {
    const { email, browser } = await newMember();
    await browser.submit(await browser.open("/account"), "/account/sign-out");
    const device = browser.cookies.get(DEVICE)!;
    await guess(email, 10);
    const form = await browser.open("/account/sign-in");
    for (let attempt = 0; attempt < 9; attempt++)
      expect((await browser.submit(form, "/account/sign-in", { email, password: `wrong again ${attempt}` })).status).toBe(403);
    const back = await browser.submit(form, "/account/sign-in", { email, password: PASSWORD });
    expect(back.at).toBe("/account");
    expect(browser.cookies.get(DEVICE)).toBe(device);
    await browser.submit(back, "/account/sign-out");
    const again = await browser.open("/account/sign-in");
    expect((await browser.submit(again, "/account/sign-in", { email, password: PASSWORD })).status).toBe(429);
  });

  it("keep no newcomer from joining by their invitation", async () => {
    const email = newEmail();
    const { path } = await invite(await createOrganization(), email);
    await guess(email, 10);
    const browser = new BrowserLike();
    const page = await browser.submit(await browser.open(path), "/account/invitation/sign-up", { name: "Kim", password: PASSWORD });
    expect(page.at).toBe("/account?done=joined");
  });

  it("get no more tries by many device cookies, made while the password was known", async () => {
    const { email } = await newMember();
    const devices: string[] = [];
    for (let round = 0; round < 3; round++) devices.push((await signIn(email)).browser.cookies.get(DEVICE)!);
    let judged = 0;
    for (const device of devices) {
      for (let attempt = 0; attempt < 9; attempt++) {
        const browser = new BrowserLike();
        browser.cookies.set(DEVICE, device);
        if ((await signIn(email, `wrong wrong wrong ${attempt}`, browser)).page.status === 403) judged += 1;
      }
    }
    expect(judged).toBe(20);
  });

  it("get no more tries by a device cookie of another account, or one that was made up", async () => {
    const { email } = await newMember();
    const stranger = await newMember();
    await guess(email, 10);
    for (const device of [stranger.browser.cookies.get(DEVICE)!, `${accountOf(email)}.${"a".repeat(22)}.${MAC}`]) {
      const browser = new BrowserLike();
      browser.cookies.set(DEVICE, device);
      expect((await signIn(email, PASSWORD, browser)).page.status).toBe(429);
    }
  });
});

describe("the device cookie", () => {
  it("is kept for long, out of reach of scripts and other hosts, and lets nobody in", async () => {
    const { email } = await newMember();
    const browser = new BrowserLike();
    const form = await browser.open("/account/sign-in");
    const response = await postSignIn(browser, form, { email, password: PASSWORD });
    const cookie = response.headers.getSetCookie().find((text) => text.startsWith(DEVICE))!;
    for (const attribute of ["Path=/", "Secure", "HttpOnly", "SameSite=Lax", "Max-Age=34560000"]) expect(cookie).toContain(attribute);
    const copy = new BrowserLike();
    copy.cookies.set(DEVICE, browser.cookies.get(DEVICE)!);
    expect((await copy.open("/account")).at).toMatch(/sign-in/);
  });
});
