import { html } from "hono/html";
import { accountNameOf } from "../../actors/secrets/account_name.ts";
import type { AccountView } from "../../actors/accounts/views.ts";
import { callAccount, callOrganization } from "../../actors/call.ts";
import type { InvitationDescription } from "../../actors/organization/people/invitations.ts";
import { parseSecret } from "../../actors/secrets/secret_kinds.ts";
import type { Membership, Person } from "../../domain/accounts/account.ts";
import type { PresentedSecret } from "../../domain/oauth/exchange.ts";
import { ROLE_SUMMARIES } from "../../domain/roles.ts";
import { cookie, expiredCookie, readCookie, type CookieName } from "../pages/cookies.ts";
import { backButton } from "../pages/back.ts";
import { alert, hidden } from "../pages/fields.ts";
import { page, type Html } from "../pages/page.ts";
import { seeOther } from "../pages/redirect.ts";
import { entered } from "./sign_in.ts";
import { newPersonFields, readNewPerson, signUp, SIGN_UP_REFUSED, type NewPerson } from "./sign_up.ts";
import { signUpMode } from "./sign_up_mode.ts";
import { throttledNewcomer } from "./throttled.ts";
import { form, type Route, type Visit } from "./visit.ts";

const COOKIE: CookieName = "__Host-crow_invitation";
const COOKIE_MAX_AGE_S = 3_600;
const PATH = "/account/invitation";

/** An invitation that is open, as its organization describes it. */
export interface OpenInvitation extends InvitationDescription {
  presented: PresentedSecret;
}

/**
 * Accepting an invitation. The link's token moves into a cookie at once, so that it stands in no address that a page, a history or a log could pass on; from then
 * on the path alone leads here.
 */
export const invitationRoute: Route = {
  async get(visit) {
    const token = visit.url.searchParams.get("token");
    if (token !== null) {
      const isOurs = parseSecret("invitation", token, visit.env.CROW_SECRET) !== null;
      return seeOther(PATH, [isOurs ? cookie(COOKIE, token, COOKIE_MAX_AGE_S) : expiredCookie(COOKIE)]);
    }
    const invitation = await openInvitation(visit);
    return invitation ? invitationPage(visit, invitation) : notOpenPage(visit);
  },

  /** A signed-in person accepts. */
  async post(visit) {
    const invitation = await openInvitation(visit);
    if (!invitation) return notOpenPage(visit);
    if (!visit.signed_in) return seeOther(PATH);
    const { account, account_name } = visit.signed_in;
    if (account.email !== invitation.email) return invitationPage(visit, invitation);
    return (await accept(visit.env, invitation, account, account_name)) ? accepted() : notValidPage();
  },
};

/** Somebody new accepts: the account is made for exactly the invited address. */
export const invitedSignUpRoute: Route = {
  async post(visit, body) {
    const invitation = await openInvitation(visit);
    if (!invitation) return notValidPage();
    if (signUpMode(visit.env) === "closed") return invitationPage(visit, invitation, { error: "No new accounts are made here." });
    const person = readNewPerson(body, invitation.email);
    if (Object.keys(person.errors).length > 0) return invitationPage(visit, invitation, { person });
    const account_name = accountNameOf(person.email, visit.env.CROW_SECRET);
    const wait = await throttledNewcomer(visit, account_name);
    if (wait) return wait;
    const answer = await signUp(visit, account_name, person);
    if ("failure" in answer) return invitationPage(visit, invitation, { person, error: SIGN_UP_REFUSED });
    // Of an account that was there the name is not the form's to say.
    const account = await callAccount(visit.env, account_name, "describe", {});
    const joined = account !== null && (await accept(visit.env, invitation, account, account_name));
    const response = await entered(visit, account_name, answer, joined ? "/account?done=joined" : PATH);
    if (joined) response.headers.append("Set-Cookie", expiredCookie(COOKIE));
    return response;
  },
};

/** The invitation that this browser's cookie names; null unless it can be accepted. */
export async function openInvitation(visit: Pick<Visit, "request" | "env">): Promise<OpenInvitation | null> {
  const named = namedInvitation(visit);
  const described = named && (await callOrganization(visit.env, named.organization_id, "describeInvitation", named.presented));
  return named && described && { ...described, presented: named.presented };
}

function namedInvitation({ request, env }: Pick<Visit, "request" | "env">): { organization_id: string; presented: PresentedSecret } | null {
  const routed = parseSecret("invitation", readCookie(request, COOKIE) ?? "", env.CROW_SECRET);
  return routed && { organization_id: routed.organization_id, presented: { id: routed.id, secret_hash: routed.secret_hash } };
}

async function accept(
  env: Env,
  { organization_id, presented }: OpenInvitation,
  account: AccountView,
  account_name: string,
): Promise<Membership | null> {
  const { id: account_id, email, name } = account;
  const person: Person = { account_id, account_name, email, name };
  const membership = await callOrganization(env, organization_id, "acceptInvitation", { ...presented, person });
  // The organization's own job does the same; this way the next page shows it already.
  if (membership) await callAccount(env, account_name, "putMembership", { account_id, membership });
  return membership;
}

function accepted(): Response {
  return seeOther("/account?done=joined", [expiredCookie(COOKIE)]);
}

function invitationPage(visit: Visit, invitation: OpenInvitation, typed: { person?: NewPerson; error?: string } = {}): Response {
  const { organization_name, email, role } = invitation;
  const heading = html`<h1>Join ${organization_name}</h1>
    <p class="lead">You are invited as <strong>${role}</strong>: ${ROLE_SUMMARIES[role]}.</p>
    ${alert(typed.error)}`;
  const { signed_in } = visit;
  const isOther = signed_in !== null && signed_in.account.email !== email;
  const body = isOther
    ? otherAccount(visit, email, signed_in.account.email)
    : signed_in
      ? acceptForm(visit, organization_name)
      : newcomer(visit, email, typed.person);
  return page({
    title: `Join ${organization_name}`,
    status: typed.person || typed.error ? 400 : isOther && visit.request.method === "POST" ? 403 : 200,
    ...(signed_in ? { signed_in_as: signed_in.account.email } : {}),
    body: html`${heading}${body}`,
  });
}

function acceptForm(visit: Visit, organization_name: string): Html {
  return form(visit, PATH, html`<button class="full" type="submit">Join ${organization_name}</button>`);
}

function otherAccount(visit: Visit, invited: string, own: string): Html {
  return html`<p role="alert">This invitation is for <strong>${invited}</strong>, and you are signed in as <strong>${own}</strong>.</p>
    ${form(visit, "/account/sign-out", html`${hidden("continue", PATH)}<button class="full" type="submit">Sign out and go on as ${invited}</button>`)}`;
}

function newcomer(visit: Visit, email: string, person: NewPerson | undefined): Html {
  const sign_in = `/account/sign-in?${new URLSearchParams({ continue: PATH, login_hint: email }).toString()}`;
  if (signUpMode(visit.env) === "closed") return html`<p><a class="button full" href="${sign_in}">Sign in as ${email}</a></p>`;
  return html`${form(
      visit,
      `${PATH}/sign-up`,
      html`${newPersonFields(person, email)}<button class="full" type="submit">Create account and join</button>`,
    )}
    <p class="after">You have an account? <a href="${sign_in}">Sign in</a></p>`;
}

/** For an invitation that nobody can accept any more. Who used it is told that all is well. */
async function notOpenPage(visit: Visit): Promise<Response> {
  const { env, signed_in } = visit;
  const named = signed_in && namedInvitation(visit);
  const asked = named && { ...named.presented, account_id: signed_in.account.id };
  const membership = asked && (await callOrganization(env, named.organization_id, "invitationAcceptedBy", asked));
  if (!membership) return notValidPage();
  return page({
    title: `You are already in ${membership.name}`,
    headers: { "Set-Cookie": expiredCookie(COOKIE) },
    signed_in_as: signed_in!.account.email,
    body: html`<h1>You are already in ${membership.name}</h1>
      <p class="lead">You have used this invitation. Your role is <strong>${membership.role}</strong>: ${ROLE_SUMMARIES[membership.role]}.</p>
      ${backButton()}`,
  });
}

function notValidPage(): Response {
  return page({
    title: "This invitation does not work",
    status: 410,
    body: html`<h1>This invitation does not work</h1>
      <p role="alert">The link was used already, was taken back, or is too old. Ask whoever invited you for a new one.</p>
      ${backButton()}`,
  });
}
