import { describe, expect, it, vi } from "vitest";
import { env } from "cloudflare:workers";
import { signValue } from "../../src/actors/secrets/signed_value.ts";
import { signInResponse } from "../../src/edge/account/sign_in.ts";
import { finish, startVisit } from "../../src/edge/account/visit.ts";
import { startLog } from "../../src/edge/request_context.ts";
import { BrowserLike, type Visited } from "../support/browser_like.ts";
import { accountOf, inAccount, tablesOf } from "../support/account_actor.ts";
import { newEmail, newMember, PASSWORD, postSignIn, signIn } from "../support/people.ts";

const SESSION = "__Host-crow_session";

/** A page without what is random in every answer. */
function withoutRandom({ text }: Visited): string {
  return text.replaceAll(/name="form_token"\s+value="[^"]*"/g, "").replaceAll(/&quot;challenge&quot;:&quot;[^&]*&quot;/g, "");
}

describe("sign-in", () => {
  it("opens the account with the right password, whatever the case of the address, and keeps the session in a cookie that no script or other host reads", async () => {
    const { email } = await newMember();
    const browser = new BrowserLike();
    const form = await browser.open("/account/sign-in");
    const response = await postSignIn(browser, form, { email: ` ${email.toUpperCase()}`, password: PASSWORD });
    expect(response.status).toBe(303);
    expect(response.headers.get("Location")).toBe("/account");
    const cookie = response.headers.getSetCookie().find((text) => text.startsWith(SESSION))!;
    for (const attribute of ["Path=/", "Secure", "HttpOnly", "SameSite=Lax", "Max-Age=2592000"]) expect(cookie).toContain(attribute);
    expect(cookie).not.toContain("Domain");
    expect((await browser.open("/account")).text).toContain(email);
  });

  it("answers an unknown address and a wrong password with the same bytes, status and headers, and an unknown address stores nothing", async () => {
    const { email } = await newMember();
    const unknown = newEmail();
    const wrong = (await signIn(email, "not the right password")).page;
    const nobody = (await signIn(unknown, "not the right password")).page;
    expect(wrong.status).toBe(403);
    expect(nobody.status).toBe(wrong.status);
    expect(withoutRandom(nobody).replaceAll(unknown, "E")).toBe(withoutRandom(wrong).replaceAll(email, "E"));
    const names = (page: Visited): string[] => [...page.headers.keys()];
    expect(names(nobody)).toEqual(names(wrong));
    expect(await tablesOf(unknown)).toEqual([]);
  });

  it("refuses an account's password from the eleventh attempt a minute on, wherever it comes from, and an unknown account's alike", async () => {
    const { email } = await newMember();
    for (const address of [email, newEmail()]) {
      for (let attempt = 0; attempt < 10; attempt++) expect((await signIn(address, "wrong wrong wrong")).page.status).toBe(403);
      const { page } = await signIn(address, PASSWORD);
      expect(page.status).toBe(429);
      expect(Number(page.headers.get("Retry-After"))).toBeGreaterThan(0);
    }
  });

  it("refuses an address from its 21st attempt a minute on, whichever account it tries", async () => {
    const browser = new BrowserLike();
    for (let attempt = 0; attempt < 20; attempt++) expect((await signIn(newEmail(), "wrong wrong wrong", browser)).page.status).toBe(403);
    expect((await signIn(newEmail(), "wrong wrong wrong", browser)).page.status).toBe(429);
    expect((await signIn(newEmail(), "wrong wrong wrong")).page.status).toBe(403);
  });

  it("gives every sign-in a session of its own: one that was planted in the browser is neither adopted nor left alive", async () => {
    const attacker = await newMember();
    const victim = await newMember();
    const planted = attacker.browser.cookies.get(SESSION)!;
    const browser = new BrowserLike();
    browser.cookies.set(
      SESSION,
      signValue(env.CROW_SECRET, "session", `${accountOf(victim.email)}.ses_01jd0000000000000000000000.${"a".repeat(43)}`),
    );
    await signIn(victim.email, PASSWORD, browser);
    const id = (cookie: string): string => cookie.split(".")[1]!;
    expect(id(browser.cookies.get(SESSION)!)).not.toBe("ses_01jd0000000000000000000000");
    // Signing in over the attacker's session: another page's form, since that browser counts as signed in.
    browser.cookies.set(SESSION, planted);
    const confirm = await browser.open("/account/confirm");
    await browser.post("/account/sign-in", { ...confirm.forms[0]!.values, email: victim.email, password: PASSWORD });
    expect(id(browser.cookies.get(SESSION)!)).not.toBe(id(planted));
    expect((await attacker.browser.open("/account")).at).toMatch(/^\/account\/sign-in/);
  });

  it("goes on to no other site, whatever the link or the form say", async () => {
    const { email } = await newMember();
    const browser = new BrowserLike();
    const form = await browser.open(`/account/sign-in?continue=${encodeURIComponent("//evil.example")}`);
    expect(form.forms[0]!.values.continue).toBe("/account");
    const page = await browser.submit(form, "/account/sign-in", { email, password: PASSWORD, continue: "https://evil.example/" });
    expect(page.redirects).toEqual(["/account"]);
  });

  it("goes on to a path of the account or of OAuth, query and all", async () => {
    const { email } = await newMember();
    const target = "/oauth/authorize?redirect_uri=https%3A%2F%2Fapp.example%2Fcb&scope=a%20b";
    const browser = new BrowserLike();
    const form = await browser.open(`/account/sign-in?continue=${encodeURIComponent(target)}`);
    const response = await postSignIn(browser, form, { email, password: PASSWORD });
    expect(response.headers.get("Location")).toBe(target);
  });

  it("writes no password and no session secret to the log", async () => {
    const { email } = await newMember();
    const lines: string[] = [];
    const spies = (["log", "error", "warn"] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation((...args) => void lines.push(args.join(" "))),
    );
    const { browser } = await signIn(email);
    await signIn(email, "some other password");
    for (const spy of spies) spy.mockRestore();
    expect(lines.length).toBeGreaterThan(3);
    const secret = browser.cookies.get(SESSION)!.split(".")[2]!;
    for (const text of [PASSWORD, "some other password", secret, email]) expect(lines.join("\n")).not.toContain(text);
  });

  it("keeps only a salted scrypt hash of the password and a hash of the session's secret", async () => {
    const { email, browser } = await newMember();
    const [account] = await inAccount<{ password_hash: string }>(email, "SELECT password_hash FROM account");
    expect(account!.password_hash).toMatch(/^scrypt\$16384\$8\$5\$[\w-]{22}\$[\w-]{43}$/);
    const sessions = await inAccount(email, "SELECT * FROM sessions");
    expect(JSON.stringify(sessions)).not.toContain(browser.cookies.get(SESSION)!.split(".")[2]);
    expect(JSON.stringify(sessions)).not.toContain(browser.address);
  });
});

describe("the sign-in page", () => {
  it("allows nothing from elsewhere, no frame and no cache", async () => {
    const { headers } = await new BrowserLike().open("/account/sign-in");
    expect(headers.get("Content-Security-Policy")).toBe(
      "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; script-src 'self'; connect-src 'self'",
    );
    expect(headers.get("X-Frame-Options")).toBe("DENY");
    expect(headers.get("Cache-Control")).toBe("no-store");
    expect(headers.get("Referrer-Policy")).toBe("no-referrer");
    expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
  });

  it("escapes what comes from the address", async () => {
    const { text } = await new BrowserLike().open(`/account/sign-in?login_hint=${encodeURIComponent('"><script>alert(1)</script>')}`);
    expect(text).not.toContain("<script>alert");
    expect(text).toContain("&lt;script&gt;");
  });

  it("stands in for another page, whose form targets survive a wrong password but cannot be forged", async () => {
    const request = new Request("http://crow.test/oauth/authorize");
    const visit = await startVisit(request, env, startLog(request, "/oauth/authorize"));
    const options = {
      continue_to: "/oauth/authorize?x=1",
      form_targets: ["https://app.example", "com.example.app:", "https://evil.example; script-src *"],
      application_name: 'The "Board" <b>',
    };
    const response = finish(visit, await signInResponse(visit, options));
    const policy = "form-action 'self' https://app.example com.example.app:;";
    expect(response.headers.get("Content-Security-Policy")).toContain(policy);
    const browser = new BrowserLike();
    browser.cookies.set("__Host-crow_form", /__Host-crow_form=([^;]+)/.exec(response.headers.get("Set-Cookie")!)![1]!);
    const text = await response.text();
    const values = Object.fromEntries(
      [...text.matchAll(/name="(form_token|continue|flow|flow_signature)"\s+value="([^"]*)"/g)].map((match) => [
        match[1]!,
        match[2]!.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">"),
      ]),
    );
    const lead = "to go on to <bdi>The &quot;Board&quot; &lt;b&gt;</bdi>";
    expect(text).toContain(lead);
    const wrong = await browser.post("/account/sign-in", { ...values, email: newEmail(), password: "wrong wrong wrong" });
    expect(wrong.headers.get("Content-Security-Policy")).toContain(policy);
    expect(wrong.text).toContain(lead);
    const flow = JSON.stringify({ form_targets: ["https://evil.example"], application_name: "Your bank" });
    const forged = await browser.post("/account/sign-in", { ...values, flow, email: newEmail(), password: "wrong" });
    expect(forged.headers.get("Content-Security-Policy")).toContain("form-action 'self';");
    expect(forged.text).toContain("to your CROW account");
  });
});
