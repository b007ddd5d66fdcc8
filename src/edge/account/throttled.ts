import { html } from "hono/html";
import { page } from "../pages/page.ts";
import { callerAddress } from "../caller_address.ts";
import { networkOf, takeAttempt } from "../throttle.ts";
import type { Visit } from "./visit.ts";

/** Takes one attempt of this address and, where one is named, at this account. Null when both are admitted, else the page that says how long to wait. */
export async function throttled({ request, env }: Visit, account_id: string | null): Promise<Response | null> {
  const wait_s =
    (await takeAttempt(env, "sign_in_address", networkOf(callerAddress(request)))) ??
    (account_id === null ? null : await takeAttempt(env, "sign_in_account", account_id));
  return wait_s === null ? null : tooManyAttempts(wait_s);
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
