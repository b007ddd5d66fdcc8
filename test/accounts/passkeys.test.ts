import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { passkeyHandle } from "../../src/actors/accounts/passkey_options.ts";
import { inAccount, makeStale } from "../support/account_actor.ts";
import { Authenticator, type Faults } from "../support/authenticator.ts";
import { BrowserLike } from "../support/browser_like.ts";
import { newMember, signIn } from "../support/people.ts";
import { addPasskey, optionsOf, signInByPasskey, withPasskey, type Options } from "./passkey.ts";

describe("a passkey", () => {
  it("is added, named, and signs in without a word of who one is", async () => {
    const { email, authenticator, page } = await withPasskey();
    expect(page.at).toBe("/account/passkeys?done=added");
    expect(page.text).toContain("My key");
    const { page: signed_in } = await signInByPasskey(authenticator);
    expect(signed_in.at).toBe("/account");
    expect(signed_in.text).toContain(email);
  });

  it("asks for user verification, a discoverable credential, and a handle that names the account, signed, and no person", async () => {
    const { browser, email } = await newMember();
    const creation = optionsOf(await browser.open("/account/passkeys")) as Options & { authenticatorSelection: object; attestation: string };
    expect(creation.rp!.id).toBe("crow.test");
    expect(creation.authenticatorSelection).toMatchObject({ residentKey: "required", userVerification: "required" });
    expect(creation.attestation).toBe("none");
    expect(Buffer.from(creation.user!.id, "base64url").toString()).toMatch(/^acc_[0-9a-z]{26}\.[\w-]{22}$/);
    const request = optionsOf(await new BrowserLike().open("/account/sign-in")) as Options & {
      userVerification: string;
      allowCredentials?: unknown[];
    };
    expect(request).toMatchObject({ rpId: "crow.test", userVerification: "required" });
    expect(request.allowCredentials ?? []).toEqual([]);
    expect(JSON.stringify(request)).not.toContain(email);
  });

  it.each<[string, Faults]>([
    ["from a look-alike site", { origin: "http://crow.test.evil.example" }],
    ["from another port", { origin: "http://crow.test:8080" }],
    ["with a spoiled signature", { spoiled: true }],
    ["without user verification", { unverified: true }],
    ["of another ceremony", { type: "webauthn.create" }],
    ["with a challenge that is not ours", { challenge: Buffer.from("made up").toString("base64url") }],
    [
      "with another account's handle",
      { user_handle: Buffer.from(passkeyHandle(env.CROW_SECRET, "acc_01jd0000000000000000000000")).toString("base64url") },
    ],
    ["with a handle that we did not sign", { user_handle: Buffer.from("acc_01jd0000000000000000000000").toString("base64url") }],
    ["without a handle", { user_handle: "" }],
    ["whose counter went back: the key was copied", { counter: 1 }],
    ["whose counter stands still", { counter: 2 }],
  ])("does not sign in %s", async (_case, faults) => {
    const { authenticator } = await withPasskey();
    authenticator.counter = 1;
    expect((await signInByPasskey(authenticator)).page.at).toBe("/account");
    const { page, browser } = await signInByPasskey(authenticator, faults);
    expect(page.status).toBe(403);
    expect(browser.cookies.has("__Host-crow_session")).toBe(false);
  });

  it("answers a challenge once, in the browser that was asked, for what it was asked, and within its time", async () => {
    const { authenticator, email } = await withPasskey();
    const { browser, form, passkey } = await signInByPasskey(authenticator);
    browser.cookies.delete("__Host-crow_session");
    expect((await browser.submit(form, "/account/sign-in/passkey", { passkey })).status).toBe(403);
    // The same challenge, signed anew.
    const again = authenticator.get(optionsOf(form));
    expect((await browser.submit(form, "/account/sign-in/passkey", { passkey: again })).status).toBe(403);
    const other = new BrowserLike();
    const own = await other.open("/account/sign-in");
    const asked_elsewhere = authenticator.get(optionsOf(await new BrowserLike().open("/account/sign-in")));
    expect((await other.submit(own, "/account/sign-in/passkey", { passkey: asked_elsewhere })).status).toBe(403);
    const confirming = (await signIn(email)).browser;
    await makeStale(email);
    const confirm = await confirming.open("/account/passkeys");
    const for_sign_in = authenticator.get(optionsOf(await new BrowserLike().open("/account/sign-in")));
    expect((await confirming.submit(confirm, "/account/confirm", { passkey: for_sign_in })).status).toBe(403);
    expect((await confirming.submit(confirm, "/account/confirm", { passkey: authenticator.get(optionsOf(confirm)) })).at).toBe("/account/passkeys");
  });

  it.each([
    ["nothing", ""],
    ["no JSON", "{"],
    ["no credential", "null"],
    ["a credential of strings", '{"id":"x","response":"y"}'],
    ["an empty response", '{"id":"x","response":{}}'],
    ["a handle that is no text", '{"id":"x","response":{"userHandle":{"a":1}}}'],
  ])("is refused as %s, without an error of ours", async (_case, passkey) => {
    const browser = new BrowserLike();
    expect((await browser.submit(await browser.open("/account/sign-in"), "/account/sign-in/passkey", { passkey })).status).toBe(403);
  });

  it.each<[string, Faults]>([
    ["from another site", { origin: "https://evil.example" }],
    ["without user verification", { unverified: true }],
    ["to a challenge that is not ours", { challenge: Buffer.from("made up").toString("base64url") }],
  ])("is not added %s", async (_case, faults) => {
    const { browser, email } = await newMember();
    expect((await addPasskey(browser, new Authenticator(), faults)).at).toBe("/account/passkeys?problem=refused");
    expect(await inAccount(email, "SELECT 1 FROM passkeys")).toEqual([]);
  });

  it("is added once", async () => {
    const { browser, authenticator } = await withPasskey();
    expect((await addPasskey(browser, authenticator)).at).toBe("/account/passkeys?problem=refused");
  });

  it("is one of at most 20", async () => {
    const { browser, email, authenticator } = await withPasskey();
    await inAccount(
      email,
      `INSERT INTO passkeys (id, name, public_key, counter, transports, synced, created_at)
       SELECT 'k' || value, 'Key', 'x', 0, '[]', 0, 0 FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 19) SELECT value FROM n)`,
    );
    const page = await browser.open("/account/passkeys");
    expect(page.text).toContain("as many passkeys as an account can have");
    expect(page.text).not.toContain('data-passkey="create"');
    expect((await signInByPasskey(authenticator)).page.at).toBe("/account");
  });

  it("is renamed and removed, and then signs nobody in", async () => {
    const { browser, authenticator, page } = await withPasskey();
    const renamed = await browser.submit(page, "/account/passkeys/rename", { name: "<b>Blue key</b>" });
    expect(renamed.at).toBe("/account/passkeys?done=renamed");
    expect(renamed.text).toContain("&lt;b&gt;Blue key&lt;/b&gt;");
    expect((await browser.submit(renamed, "/account/passkeys/remove")).at).toBe("/account/passkeys?done=removed");
    expect((await signInByPasskey(authenticator)).page.status).toBe(403);
  });

  it("is added, renamed and removed only by somebody who has just shown who they are", async () => {
    const { browser, email, page } = await withPasskey();
    await makeStale(email);
    for (const action of ["/account/passkeys", "/account/passkeys/rename", "/account/passkeys/remove"])
      expect((await browser.submit(page, action, { name: "x" })).at).toMatch(/^\/account\/confirm/);
    expect(await inAccount(email, "SELECT 1 FROM passkeys WHERE name = 'My key'")).toHaveLength(1);
  });

  it("stays while it is the only way in", async () => {
    const { browser, email, page } = await withPasskey();
    await inAccount(email, "UPDATE account SET password_hash = NULL");
    expect((await browser.submit(page, "/account/passkeys/remove")).at).toBe("/account/passkeys?problem=last_way_in");
    await inAccount(email, "UPDATE sessions SET authenticated_at = 0");
    // No password to ask for: the passkey alone shows who it is.
    const confirm = await browser.open("/account/password");
    expect(confirm.text).not.toContain('name="password"');
  });
});
