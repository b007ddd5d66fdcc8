import { html } from "hono/html";
import { callAccount } from "../../actors/call.ts";
import type { Membership } from "../../domain/accounts/account.ts";
import { backButton, backLink } from "../pages/back.ts";
import { alert } from "../pages/fields.ts";
import { page } from "../pages/page.ts";
import { ownedAlone, wayOut } from "./last_owner.ts";
import { endedSessionCookie } from "./session.ts";
import { confirmFirst, form, freshlySignedIn, type Route, type SignedInVisit } from "./visit.ts";

/** Deletes the account of somebody who has just shown who they are. */
export const deleteAccountRoute: Route = freshlySignedIn({
  async get(visit) {
    const organizations = await ownedAlone(visit);
    return organizations.length > 0 ? notYetPage(visit, organizations) : deletePage(visit);
  },

  async post(visit, body) {
    if (body.get("understood") !== "yes") return deletePage(visit, "Tick the box to show that you mean it.");
    const { account_name, session } = visit.signed_in;
    const answer = await callAccount(visit.env, account_name, "deleteAccount", { session_id: session.id });
    if (answer === null) return deletedPage();
    if (answer.failure === "last_owner" && "organizations" in answer)
      return deletePage(
        visit,
        `You are the last owner of ${answer.organizations.join(", ")}. Make somebody else an owner first, or delete the organization.`,
      );
    if (answer.failure === "founding") return deletePage(visit, "An organization of yours is still being set up. Please try again in a moment.");
    return confirmFirst("/account/delete");
  },
});

function deletePage(visit: SignedInVisit, error?: string): Response {
  const { email } = visit.signed_in.account;
  return page({
    title: "Delete account",
    status: error ? 409 : 200,
    signed_in_as: email,
    body: html`<h1>Delete your account?</h1>
      ${alert(error)}
      <p>
        You will be signed out everywhere, leave every organization, and applications can no longer act for you. Your name, address, password and
        passkeys are erased, your name and address also in the records of the organizations that you belonged to.
      </p>
      <p class="muted">What you did in an organization stays in its audit log, under your account's id.</p>
      ${form(
        visit,
        "/account/delete",
        html`<label class="choice"><input type="checkbox" name="understood" value="yes" required /> I understand that this cannot be undone.</label>
          <button class="danger full" type="submit">Delete account of ${email}</button>`,
      )}
      ${backLink()}`,
  });
}

function notYetPage(visit: SignedInVisit, organizations: readonly Membership[]): Response {
  return page({
    title: "Delete account",
    signed_in_as: visit.signed_in.account.email,
    body: html`<h1>Your account cannot be deleted yet</h1>
      <p>You are the last owner of ${organizations.map(({ name }) => name).join(", ")}. First ${wayOut()}.</p>
      ${backButton()}`,
  });
}

function deletedPage(): Response {
  return page({
    title: "Account deleted",
    headers: { "Set-Cookie": endedSessionCookie() },
    body: html`<h1>Your account is deleted</h1>
      <p>You are signed out everywhere.</p>
      <p class="after"><a class="button secondary" href="/account/sign-in">Back to sign-in</a></p>`,
  });
}
