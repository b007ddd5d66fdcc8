import { html } from "hono/html";
import { callAccount } from "../../actors/call.ts";
import { page } from "../pages/page.ts";
import { callerAddress } from "../caller_address.ts";
import { networkOf, takeAttempt } from "../throttle.ts";
import { deviceOf } from "./device.ts";
import type { SignedInVisit, Visit } from "./visit.ts";

/**
 * Takes one attempt of this address and, where a password could be guessed, at this account. Null when both are admitted, else the page that says how long to wait. It comes
 * before the account's actor is asked anything: what strangers name wakes no more actors than their addresses may.
 */
export async function throttled({ request, env }: Visit, account_name: string | null): Promise<Response | null> {
  const wait_s =
    (await takeAttempt(env, "sign_in_address", networkOf(callerAddress(request)))) ??
    (account_name === null ? null : await takeAccountAttempt(request, env, account_name));
  return wait_s === null ? null : tooManyAttempts(wait_s);
}

/** The same for making an account. Only where there is one already could a password be guessed, so strangers' guesses at an address keep no newcomer out. */
export async function throttledNewcomer(visit: Visit, account_name: string): Promise<Response | null> {
  const refused = await throttled(visit, null);
  if (refused || (await callAccount(visit.env, account_name, "describe", {})) === null) return refused;
  const wait_s = await takeAccountAttempt(visit.request, visit.env, account_name);
  return wait_s === null ? null : tooManyAttempts(wait_s);
}

/** The same for somebody signed in who shows again who they are: nobody but who holds their session can use these attempts up. */
export async function throttledInSession({ env, signed_in }: SignedInVisit): Promise<Response | null> {
  const wait_s = await takeAttempt(env, "session", signed_in.session.id);
  return wait_s === null ? null : tooManyAttempts(wait_s);
}

async function takeAccountAttempt(request: Request, env: Env, account_name: string): Promise<number | null> {
  const device = deviceOf(request, env, account_name);
  if (device === null) return takeAttempt(env, "sign_in_account", account_name);
  return (await takeAttempt(env, "sign_in_devices", account_name)) ?? (await takeAttempt(env, "sign_in_device", device));
}

function tooManyAttempts(wait_s: number): Response {
  const wait = wait_s < 90 ? `${wait_s} seconds` : wait_s < 5_400 ? `${Math.ceil(wait_s / 60)} minutes` : `${Math.ceil(wait_s / 3_600)} hours`;
  return page({
    title: "Too many attempts",
    status: 429,
    headers: { "Retry-After": String(wait_s) },
    body: html`<h1>Too many attempts</h1>
      <p role="alert">For everybody's safety there is a limit to how often somebody can try. Please wait ${wait} and try again.</p>
      <p><a href="/account/sign-in">Back to sign-in</a></p>`,
  });
}
