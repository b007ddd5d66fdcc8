import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { callAccount } from "../../src/actors/call.ts";
import { createOrganization, OPERATOR_TOKEN, send } from "../support/api.ts";
import { accountOf, inAccount, tablesOf } from "../support/account_actor.ts";
import { Authenticator } from "../support/authenticator.ts";
import { BrowserLike, type Visited } from "../support/browser_like.ts";
import { invite } from "../support/members.ts";
import { newEmail, newMember, PASSWORD, signIn } from "../support/people.ts";
import { addPasskey, signInByPasskey } from "./passkey.ts";

const PATH = "/account/recovery";
const NEXT = "four other unrelated words";

interface RecoveryBody {
  email: string;
  url: string;
  expires_at: string;
}

async function recoveryOf(email: string, headers: Record<string, string> = {}): Promise<RecoveryBody & { path: string }> {
  const reply = await send<RecoveryBody>("POST", "/api/v1/account-recovery", { key: OPERATOR_TOKEN, body: { email }, headers });
  expect(reply.status, JSON.stringify(reply.body)).toBe(201);
  const url = new URL(reply.body.url);
  return { ...reply.body, path: url.pathname + url.search };
}

/** Opens the link in a fresh browser and sets a password. */
async function recover(path: string, next = NEXT): Promise<{ browser: BrowserLike; page: Visited }> {
  const browser = new BrowserLike();
  return { browser, page: await browser.submit(await browser.open(path), PATH, { next }) };
}

function inDirectory<Row extends Record<string, SqlStorageValue>>(sql: string): Promise<Row[]> {
  return runInDurableObject(env.DIRECTORY.getByName("directory"), (_actor, state) => state.storage.sql.exec<Row>(sql).toArray());
}

describe("a recovery link", () => {
  it("sets a new password, signs in, and ends every other way in: password, passkeys, sessions, the linked provider", async () => {
    const { email, browser: old } = await newMember();
    const authenticator = new Authenticator();
    await addPasskey(old, authenticator);
    await inAccount(email, "UPDATE account SET upstream_issuer = 'https://provider.example', upstream_subject = 'x', upstream_linked_at = 1");
    const { browser, page } = await recover((await recoveryOf(email)).path);
    expect(page.at).toBe("/account?done=recovered");
    expect(page.text).toContain(email);
    expect(page.text).toContain("Test shop");
    expect((await old.open("/account")).at).toMatch(/sign-in/);
    expect((await signIn(email, PASSWORD)).page.status).toBe(403);
    expect((await signInByPasskey(authenticator)).page.status).toBe(403);
    expect(await inAccount(email, "SELECT upstream_issuer, upstream_subject, upstream_linked_at FROM account")).toEqual([
      { upstream_issuer: null, upstream_subject: null, upstream_linked_at: null },
    ]);
    expect((await signIn(email, NEXT)).page.at).toBe("/account");
    expect(browser.cookies.has("__Host-crow_recovery")).toBe(false);
  });

  it("gives an address back to its owner that somebody else had taken by an invitation's link", async () => {
    const [evil, good] = [await createOrganization(), await createOrganization()];
    const email = newEmail();
    const attacker = new BrowserLike();
    const { path } = await invite(evil, email, "viewer");
    await attacker.submit(await attacker.open(path), "/account/invitation/sign-up", { name: "Evil", password: "evil evil evil battery" });
    const { browser } = await recover((await recoveryOf(email)).path);
    const page = await browser.open((await invite(good, email, "admin")).path);
    expect((await browser.submit(page, "/account/invitation")).at).toBe("/account?done=joined");
    expect((await attacker.open("/account")).at).toMatch(/sign-in/);
    expect((await signIn(email, "evil evil evil battery")).page.status).toBe(403);
  });

  it("works once, not from a page that was open before either", async () => {
    const { email } = await newMember();
    const { path } = await recoveryOf(email);
    const late = new BrowserLike();
    const page = await late.open(path);
    await recover(path);
    expect((await late.submit(page, PATH, { next: "a password of a thief" })).status).toBe(410);
    expect((await new BrowserLike().open(path)).status).toBe(410);
    expect((await signIn(email, NEXT)).page.at).toBe("/account");
  });

  it("ends the ones before it, whether it is used or not", async () => {
    const { email } = await newMember();
    const first = await recoveryOf(email);
    const second = await recoveryOf(email.toUpperCase());
    expect(second.email).toBe(email);
    expect((await new BrowserLike().open(first.path)).status).toBe(410);
    expect((await recover(second.path)).page.at).toBe("/account?done=recovered");
    expect((await new BrowserLike().open(first.path)).status).toBe(410);
  });

  it("works for an hour", async () => {
    const { email } = await newMember();
    const { path, expires_at } = await recoveryOf(email);
    expect(Math.abs(Date.parse(expires_at) - Date.now() - 3_600_000)).toBeLessThan(60_000);
    await inAccount(email, "UPDATE account SET recovery_expires_at = ?", Date.now() - 1);
    expect((await new BrowserLike().open(path)).status).toBe(410);
  });

  it("is answered alike for an address without an account, where it opens nothing and nothing is stored", async () => {
    const nobody = newEmail();
    const { email } = await newMember();
    const [unknown, known] = [await recoveryOf(nobody), await recoveryOf(email)];
    expect(Object.keys(unknown)).toEqual(Object.keys(known));
    expect(unknown.url.length).toBe(known.url.length);
    expect((await new BrowserLike().open(unknown.path)).status).toBe(410);
    expect(await tablesOf(nobody)).toEqual([]);
  });

  it("does not work when it is forged, cut or missing", async () => {
    const { path } = await recoveryOf((await newMember()).email);
    for (const wrong of [`${path.slice(0, -2)}zz`, path.slice(0, -4), `${PATH}?token=`, PATH])
      expect((await new BrowserLike().open(wrong)).status).toBe(410);
  });

  it("told of a second time, as after a crash, does not work again", async () => {
    const { email } = await newMember();
    const { path } = await recoveryOf(email);
    const [offered] = await inAccount<{ recovery_hash: string; recovery_issued_at: number; recovery_expires_at: number }>(
      email,
      "SELECT * FROM account",
    );
    await recover(path);
    await callAccount(env, accountOf(email), "offerRecovery", {
      secret_hash: offered!.recovery_hash,
      issued_at_ms: offered!.recovery_issued_at,
      expires_at_ms: offered!.recovery_expires_at,
    });
    expect((await new BrowserLike().open(path)).status).toBe(410);
  });

  it("takes a good password only, and says what is wrong with another", async () => {
    const { email } = await newMember();
    const { path } = await recoveryOf(email);
    const { page } = await recover(path, "short");
    expect(page.status).toBe(400);
    expect(page.text).toContain("Use at least 12 characters");
    expect((await signIn(email)).page.at).toBe("/account");
    expect((await recover(path)).page.at).toBe("/account?done=recovered");
  });

  it("keeps its token out of every other address, page, log line and record, and the address out of the directory's", async () => {
    const { email } = await newMember();
    const lines: string[] = [];
    const spies = (["log", "error"] as const).map((name) => vi.spyOn(console, name).mockImplementation((...args) => void lines.push(args.join(" "))));
    const { path } = await recoveryOf(email, { "Idempotency-Key": crypto.randomUUID() });
    const token = path.split("token=")[1]!;
    const browser = new BrowserLike();
    const page = await browser.open(path);
    const done = await browser.submit(page, PATH, { next: NEXT });
    for (const spy of spies) spy.mockRestore();
    for (const text of [page.at, page.text, ...page.redirects, done.text, ...done.redirects, ...lines]) expect(text).not.toContain(token);
    const kept = JSON.stringify([
      await inDirectory("SELECT * FROM audit_log"),
      await inDirectory("SELECT * FROM events"),
      await inDirectory("SELECT * FROM jobs"),
    ]);
    expect(kept).toContain("account_recovery.created");
    for (const text of [token, email]) expect(kept).not.toContain(text);
    expect(JSON.stringify(await inDirectory("SELECT outcome FROM idempotency_keys"))).not.toContain(token);
  });

  it("is made by the operator alone", async () => {
    const { api_key } = await createOrganization();
    const reply = await send("POST", "/api/v1/account-recovery", { key: api_key, body: { email: newEmail() } });
    expect(reply.status).toBe(403);
  });
});
