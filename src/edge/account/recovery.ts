import { html } from "hono/html";
import { callAccount } from "../../actors/call.ts";
import { parseRecovery, type PresentedRecovery } from "../../actors/secrets/recovery_link.ts";
import { passwordProblem } from "../../domain/accounts/password.ts";
import { cookie, expiredCookie, readCookie, type CookieName } from "../pages/cookies.ts";
import { field } from "../pages/fields.ts";
import { page } from "../pages/page.ts";
import { seeOther } from "../pages/redirect.ts";
import { newPasswordField } from "./new_password.ts";
import { entered } from "./sign_in.ts";
import { form, type Route, type Visit } from "./visit.ts";

const COOKIE: CookieName = "__Host-crow_recovery";
const COOKIE_MAX_AGE_S = 3_600;
const PATH = "/account/recovery";

interface OpenRecovery extends PresentedRecovery {
  email: string;
}

/**
 * Getting back into an account by a link from the operator. As with an invitation, its token moves into a cookie at once, and the path alone leads here. No attempts are
 * counted: a token of ours cannot be guessed, and any other wakes no actor.
 */
export const recoveryRoute: Route = {
  async get(visit) {
    const token = visit.url.searchParams.get("token");
    if (token !== null) {
      const isOurs = parseRecovery(token, visit.env.CROW_SECRET) !== null;
      return seeOther(PATH, [isOurs ? cookie(COOKIE, token, COOKIE_MAX_AGE_S) : expiredCookie(COOKIE)]);
    }
    const recovery = await openRecovery(visit);
    return recovery ? recoveryPage(visit, recovery) : notValidPage();
  },

  async post(visit, body) {
    const recovery = await openRecovery(visit);
    if (!recovery) return notValidPage();
    const password = body.get("next") ?? "";
    const problem = passwordProblem(password, recovery.email);
    if (problem !== null) return recoveryPage(visit, recovery, problem);
    const { account_name, secret_hash } = recovery;
    const user_agent = visit.request.headers.get("User-Agent");
    const answer = await callAccount(visit.env, account_name, "recover", { secret_hash, password, user_agent });
    if ("failure" in answer) return notValidPage();
    const response = await entered(visit, account_name, answer, "/account?done=recovered");
    response.headers.append("Set-Cookie", expiredCookie(COOKIE));
    return response;
  },
};

/** The account that this browser's link opens; null unless it works now. */
async function openRecovery({ request, env }: Visit): Promise<OpenRecovery | null> {
  const presented = parseRecovery(readCookie(request, COOKIE) ?? "", env.CROW_SECRET);
  const account = presented && (await callAccount(env, presented.account_name, "describeRecovery", { secret_hash: presented.secret_hash }));
  return account && { ...presented, ...account };
}

function recoveryPage(visit: Visit, { email }: OpenRecovery, error: string | null = null): Response {
  return page({
    title: "Get back into your account",
    status: error === null ? 200 : 400,
    body: html`<h1>Get back into your account</h1>
      <p class="lead">Choose a new password. Passkeys, linked providers and sessions that there are will end.</p>
      ${form(
        visit,
        PATH,
        html`${field({ name: "email", label: "E-mail", type: "email", autocomplete: "username", value: email, readonly: true })}
          ${newPasswordField({ name: "next", label: "New password", error, autofocus: true })}
          <button class="full" type="submit">Set password and sign in</button>`,
      )}`,
  });
}

function notValidPage(): Response {
  return page({
    title: "This link does not work",
    status: 410,
    body: html`<h1>This link does not work</h1>
      <p role="alert">It was used already, a newer one was made, or it is too old. Ask whoever runs this service for a new one.</p>
      <p class="after"><a class="button secondary" href="/account/sign-in">Back to sign-in</a></p>`,
  });
}
