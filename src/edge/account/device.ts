import { randomBytes } from "node:crypto";
import { readSignedValue, signValue } from "../../actors/secrets/signed_value.ts";
import { DAY_MS } from "../../domain/time.ts";
import { cookie, readCookie, type CookieName } from "../pages/cookies.ts";

const COOKIE: CookieName = "__Host-crow_device";
/** As long as browsers keep a cookie at all. */
const COOKIE_MAX_AGE_S = (400 * DAY_MS) / 1_000;

/**
 * A browser in which somebody has signed in to an account keeps a cookie that says so (OWASP's device cookies). It lets nobody in; it only has attempts of its own at
 * this account's password, so that a stranger's wrong guesses do not shut the owner out.
 */
export function deviceOf(request: Request, env: Env, account_name: string): string | null {
  const value = readSignedValue(env.CROW_SECRET, "device", readCookie(request, COOKIE) ?? "");
  return value?.startsWith(`${account_name}.`) ? value : null;
}

/** For a browser in which somebody has just signed in. One that is known keeps its id. */
export function deviceCookie(request: Request, env: Env, account_name: string): string {
  const device = deviceOf(request, env, account_name) ?? `${account_name}.${randomBytes(16).toString("base64url")}`;
  return cookie(COOKIE, signValue(env.CROW_SECRET, "device", device), COOKIE_MAX_AGE_S);
}
