import { callOrganization } from "../../actors/call.ts";
import type { ConsentState } from "../../actors/organization/oauth/approve.ts";
import type { AuthorizationRequest } from "../../domain/oauth/authorization_request.ts";
import { OAuthError, type OAuthFailure } from "../../domain/oauth/errors.ts";
import { formTargetOf, isExclusive, withParameters } from "../../domain/oauth/redirect_uri.ts";
import { signInResponse } from "../account/sign_in.ts";
import { isFresh, type SignedIn } from "../account/session.ts";
import { finish, startVisit, type SignedInVisit, type Visit } from "../account/visit.ts";
import { seeOther } from "../pages/redirect.ts";
import { isSensitive } from "../pages/scope_list.ts";
import { changedQuery, grantedOf, withAuthorization, type Authorization } from "./authorization.ts";
import { readText } from "./body.ts";
import { consentPage, organizationsPage } from "./consent_page.ts";
import { refusalPage } from "./refusal_page.ts";
import type { OAuthRequest } from "./request.ts";

const QUERY_MAX_BYTES = 7_168;

/**
 * The authorization endpoint (RFC 6749, section 3.1; OpenID Connect Core, 3.1.2): who is not signed in signs in, who belongs to several organizations chooses one, who has
 * not allowed this client so much before is asked; then the code goes to the client. A POST is answered like the GET with the same parameters.
 */
export async function handleAuthorize(context: OAuthRequest): Promise<Response> {
  const { request } = context;
  if (request.method === "POST") return asGet(request);
  const visit = await startVisit(request, context.env, context.log);
  const query = request.url.slice(request.url.indexOf("?") + 1 || request.url.length);
  const response = await withAuthorization(context, query, async (authorization) => {
    const { prompts, max_age_s } = authorization.asked;
    if (!visit.signed_in || isTooOld(visit.signed_in, max_age_s) || asksToSignIn(prompts)) {
      if (prompts.includes("none")) throw new OAuthError("login_required", "Nobody is signed in");
      return signIn(visit, authorization);
    }
    return decide(visit as SignedInVisit, authorization);
  });
  return finish(visit, response);
}

async function asGet(request: Request): Promise<Response> {
  try {
    const parameters = new URLSearchParams(await readText(request, QUERY_MAX_BYTES));
    return seeOther(`/oauth/authorize?${parameters.toString()}`);
  } catch (error) {
    if (error instanceof OAuthError) return refusalPage(error);
    throw error;
  }
}

/** Issues the code and sends it to the client (RFC 6749, section 4.1.2), with the issuer so that a client of several servers is not mixed up (RFC 9207). */
export async function allow(visit: SignedInVisit, authorization: Authorization, organization_id: string): Promise<Response> {
  const { context, client, redirect_uri, state, asked } = authorization;
  if (!visit.signed_in.memberships.some((membership) => membership.organization_id === organization_id)) throw notAMember();
  const approval = {
    account_id: visit.signed_in.account.id,
    redirect_uri,
    target: isExclusiveTo(authorization) ? formTargetOf(redirect_uri) : null,
    code_challenge: asked.code_challenge,
    scopes: asked.scopes,
    openid_scopes: asked.openid_scopes,
    audience: asked.audience,
    nonce: asked.nonce,
    authenticated_at_ms: visit.signed_in.session.authenticated_at_ms,
    request_id: context.request_id,
  };
  const approved = await callOrganization(context.env, organization_id, "approve", { approval, client });
  if (!approved?.ok) throw refusalOf(approved?.failure);
  return seeOther(withParameters(redirect_uri, { code: approved.code, state, iss: context.base_url }));
}

function notAMember(): OAuthError {
  return new OAuthError("access_denied", "The person does not belong to that organization");
}

/** As the client may be told it (RFC 6749, section 4.1.2.1). */
function refusalOf(failure: OAuthFailure | undefined): OAuthError {
  if (failure?.error === "slow_down") return new OAuthError("temporarily_unavailable", failure.description);
  return new OAuthError("access_denied", failure?.description ?? "This application has no access to the organization");
}

/** Which organization, and whether to ask: every way out of here is a page or a redirect to the client. */
async function decide(visit: SignedInVisit, authorization: Authorization): Promise<Response> {
  const { asked, client, context } = authorization;
  const { memberships, account } = visit.signed_in;
  const wanted = client.organization_id ?? asked.organization_id;
  if (asked.organization_id !== null && asked.organization_id !== wanted)
    throw new OAuthError("access_denied", "This application belongs to one organization and works for no other");
  const choices = wanted === null ? memberships : memberships.filter(({ organization_id }) => organization_id === wanted);
  const silent = asked.prompts.includes("none");
  if (choices.length === 0) {
    if (silent || memberships.length > 0) throw notAMember();
    return refusalPage(
      new OAuthError("access_denied", "Your account belongs to no organization yet: ask for an invitation, or make an organization first"),
    );
  }
  if (choices.length > 1) {
    if (silent) throw new OAuthError("interaction_required", "The person belongs to several organizations: name one by organization");
    return organizationsPage(visit, authorization, choices);
  }
  const { organization_id } = choices[0]!;
  const state = await callOrganization(context.env, organization_id, "consentState", { account_id: account.id, client_id: client.client_id });
  if (!state) throw notAMember();
  if (state.suspended) throw new OAuthError("access_denied", "The organization has suspended this application");
  if (grantedOf(authorization, state).length === 0) throw new OAuthError("access_denied", "The person's role has nothing of what was asked for");
  if (isKnown(authorization, state)) return allow(visit, authorization, organization_id);
  if (silent) throw new OAuthError("consent_required", "The person has not allowed this yet");
  // What cannot be undone is not allowed from a browser that somebody left open.
  if (grantedOf(authorization, state).some(isSensitive) && !isFresh(visit.signed_in)) return signIn(visit, authorization);
  return consentPage(visit, authorization, state);
}

/** Whether nobody but this client can receive the answer, or make anything of it. */
function isExclusiveTo({ redirect_uri, client, context }: Authorization): boolean {
  return isExclusive(redirect_uri) || redirect_uri.startsWith(`${context.base_url}/`) || client.token_endpoint_auth_method !== "none";
}

/** Allowed before, for everything asked now. Only for a client that alone receives the answer nobody is asked again (RFC 8252, section 8.6; RFC 6749, section 10.2). */
function isKnown(authorization: Authorization, state: ConsentState): boolean {
  const { asked, redirect_uri } = authorization;
  if (asked.prompts.includes("consent") || state.consented === null) return false;
  return (
    isExclusiveTo(authorization) &&
    state.targets.includes(formTargetOf(redirect_uri)) &&
    grantedOf(authorization, state).every((scope) => state.consented!.includes(scope))
  );
}

function asksToSignIn(prompts: AuthorizationRequest["prompts"]): boolean {
  return prompts.includes("login") || prompts.includes("select_account");
}

/** Whether a consent page that this person answers is older than their proof of who they are allows; it may have lain open for a while. */
export function mustSignInAgain(signed_in: SignedIn, asked: AuthorizationRequest): boolean {
  const max_age_s = asked.max_age_s === null ? null : asked.max_age_s + CONSENT_OPEN_S;
  return isTooOld(signed_in, max_age_s) || (asked.scopes.some(isSensitive) && !isFresh(signed_in));
}

function isTooOld({ session }: SignedIn, max_age_s: number | null): boolean {
  return max_age_s !== null && session.authenticated_at_ms < Date.now() - max_age_s * 1_000 - JUST_NOW_MS;
}

/** With max_age=0, or after prompt=login, a sign-in that was just done must count. */
const JUST_NOW_MS = 60_000;
const CONSENT_OPEN_S = 600;

/** The sign-in form in place. What asked for it is left out of the request that it leads back to, which then needs a sign-in of just now. */
function signIn(visit: Visit, authorization: Authorization): Promise<Response> {
  const { asked, client, context, redirect_uri } = authorization;
  const rest = asked.prompts.filter((prompt) => prompt !== "login" && prompt !== "select_account");
  const changes: Record<string, string> = asksToSignIn(asked.prompts) ? { prompt: rest.join(" "), max_age: String(asked.max_age_s ?? 0) } : {};
  return signInResponse(visit, {
    continue_to: `/oauth/authorize?${changedQuery(context.env, authorization, changes)}`,
    form_targets: [formTargetOf(redirect_uri)],
    application_name: client.name,
    ...(asked.login_hint === null ? {} : { login_hint: asked.login_hint }),
    reauthenticate: visit.signed_in !== null,
  });
}
