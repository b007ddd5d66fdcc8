import { OAuthError } from "../../domain/oauth/errors.ts";
import { intersectScopes, knownScopes } from "../../domain/oauth/scope.ts";
import { finish, startVisit, type SignedInVisit } from "../account/visit.ts";
import { formProblemPage, readForm } from "../pages/forms.ts";
import { seeOther } from "../pages/redirect.ts";
import { withAuthorization, type Authorization } from "./authorization.ts";
import { allow, mustSignInAgain } from "./authorize.ts";
import type { OAuthRequest } from "./request.ts";

/** Nothing more is allowed than what the page showed, even if the person's role has grown meanwhile. */
function asShown(authorization: Authorization, scope: string): Authorization {
  const shown = knownScopes(scope);
  const { scopes, openid_scopes } = authorization.asked;
  const asked = {
    ...authorization.asked,
    scopes: intersectScopes(scopes, shown.scopes),
    openid_scopes: openid_scopes.filter((name) => shown.openid_scopes.includes(name)),
  };
  return { ...authorization, asked };
}

/** The consent form's answer. Nothing in the form is believed but the decision: the request it carries is judged again from the start. */
export async function handleConsent(context: OAuthRequest): Promise<Response> {
  const { request, env } = context;
  const visit = await startVisit(request, env, context.log);
  const form = await readForm(request, env, visit.form_key);
  if ("problem" in form) return formProblemPage(form.problem);
  // Encoded anew: it goes into a header.
  const query = new URLSearchParams(form.get("request") ?? "").toString();
  if (!visit.signed_in) return seeOther(`/oauth/authorize?${query}`);
  const response = await withAuthorization(context, query, async (authorization) => {
    if (form.get("decision") !== "allow") throw new OAuthError("access_denied", "The person did not allow this");
    const shown = asShown(authorization, form.get("scope") ?? "");
    // The page is not shown to whom it would ask to sign in again; its form does not get around that.
    if (mustSignInAgain(visit.signed_in!, shown.asked)) return seeOther(`/oauth/authorize?${query}`);
    return allow(visit as SignedInVisit, shown, form.get("organization_id") ?? "");
  });
  return finish(visit, response);
}
