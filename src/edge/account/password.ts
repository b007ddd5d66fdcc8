import { html } from "hono/html";
import { callAccount } from "../../actors/call.ts";
import { passwordProblem } from "../../domain/accounts/password.ts";
import { backLink } from "../pages/back.ts";
import { field } from "../pages/fields.ts";
import { page } from "../pages/page.ts";
import { seeOther } from "../pages/redirect.ts";
import { newPasswordField } from "./new_password.ts";
import { isFresh, sessionCookie } from "./session.ts";
import { throttledInSession } from "./throttled.ts";
import { confirmFirst, form, signedIn, type Route, type SignedInVisit } from "./visit.ts";

const PATH = "/account/password";

/** Changes the password by the current one. Who has none yet shows first, in another way, who they are. */
export const passwordRoute: Route = signedIn({
  get: (visit) => (visit.signed_in.account.has_password || isFresh(visit.signed_in) ? passwordPage(visit) : confirmFirst(PATH)),

  async post(visit, body) {
    const { account_name, account, session } = visit.signed_in;
    const next = body.get("next") ?? "";
    const problem = passwordProblem(next, account.email);
    if (problem !== null) return passwordPage(visit, { next: problem });
    const wait = await throttledInSession(visit);
    if (wait) return wait;
    const current = account.has_password ? (body.get("current") ?? "") : null;
    const answer = await callAccount(visit.env, account_name, "changePassword", { session_id: session.id, current, next });
    if (!("failure" in answer)) return seeOther("/account?done=password", [sessionCookie(visit.env, account_name, answer)]);
    return answer.failure === "refused" ? passwordPage(visit, { current: "This is not your current password." }) : confirmFirst(PATH);
  },
});

function passwordPage(visit: SignedInVisit, errors: { current?: string; next?: string } = {}): Response {
  const { email, has_password } = visit.signed_in.account;
  return page({
    title: has_password ? "Change password" : "Set a password",
    status: errors.current || errors.next ? 400 : 200,
    signed_in_as: email,
    body: html`<h1>${has_password ? "Change password" : "Set a password"}</h1>
      <p class="lead">All your other sessions will be signed out.</p>
      ${form(
        visit,
        PATH,
        html`${field({ name: "email", label: "E-mail", type: "email", autocomplete: "username", value: email, readonly: true })}
          ${has_password ? field({ name: "current", label: "Current password", type: "password", autocomplete: "current-password", error: errors.current ?? null, autofocus: true }) : ""}
          ${newPasswordField({ name: "next", label: "New password", error: errors.next ?? null, autofocus: !has_password })}
          <button class="full" type="submit">${has_password ? "Change password" : "Set password"}</button>`,
      )}
      ${backLink()}`,
  });
}
