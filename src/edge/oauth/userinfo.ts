import { callAccount, callOrganization } from "../../actors/call.ts";
import { OAuthError } from "../../domain/oauth/errors.ts";
import { knownScopes } from "../../domain/oauth/scope.ts";
import { verifyAccessToken } from "./access_tokens.ts";
import { personClaims } from "./id_token.ts";
import type { OAuthRequest } from "./request.ts";
import { answering, oauthJson } from "./respond.ts";

/** OpenID Connect's userinfo (Core, section 5.3). With `profile` also the organizations that the person can choose between by `organization` in an authorization request. */
export async function handleUserinfo(context: OAuthRequest): Promise<Response> {
  const { request, env, base_url } = context;
  return answering(context, async () => {
    const token = /^Bearer +(\S+)$/i.exec(request.headers.get("Authorization") ?? "")?.[1];
    const verified = token === undefined ? null : await verifyAccessToken(env, token, base_url);
    if (!verified) throw refused();
    const { credential, scope } = verified;
    const { account_id } = credential;
    if (account_id === null) throw new OAuthError("insufficient_scope", "This token is the application's own: there is no person to tell about");
    const { openid_scopes } = knownScopes(scope);
    if (!openid_scopes.includes("openid")) throw new OAuthError("insufficient_scope", "The token lacks the scope openid");
    const person = await callOrganization(env, credential.organization_id, "describeMember", { token: credential });
    if (!person) throw refused();
    const memberships = openid_scopes.includes("profile") ? await callAccount(env, person.account_name, "listMemberships", { account_id }) : null;
    return oauthJson(200, {
      sub: account_id,
      organization: credential.organization_id,
      ...personClaims({ openid_scopes, person }),
      ...(memberships === null ? {} : { organizations: memberships }),
    });
  });
}

function refused(): OAuthError {
  return new OAuthError("invalid_token", "The access token is not valid, has expired, or was revoked");
}
