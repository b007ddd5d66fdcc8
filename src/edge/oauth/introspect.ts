import { callOrganization } from "../../actors/call.ts";
import { parseSecret } from "../../actors/secrets/secret_kinds.ts";
import type { Introspection } from "../../domain/oauth/exchange.ts";
import { OAuthError } from "../../domain/oauth/errors.ts";
import { formatScope, knownScopes } from "../../domain/oauth/scope.ts";
import { verifyAccessToken } from "./access_tokens.ts";
import { readFormBody } from "./body.ts";
import { authenticateClient } from "./client_authentication.ts";
import { guardGuessing } from "./guessing.ts";
import type { OAuthRequest } from "./request.ts";
import { answering, oauthJson } from "./respond.ts";

/** Token introspection (RFC 7662), for a confidential client about its own tokens; about any other, `active` is false (section 2.2). */
export async function handleIntrospect(context: OAuthRequest): Promise<Response> {
  return answering(context, () =>
    guardGuessing(context, async () => {
      const parameters = await readFormBody(context.request);
      const text = parameters.require("token");
      const { proof } = await authenticateClient(context, parameters);
      if (proof.method === "none") throw new OAuthError("invalid_client", "Introspection is for clients that can prove themselves");
      return oauthJson(200, (await introspect(context, text, proof.client_id)) ?? { active: false });
    }),
  );
}

async function introspect({ env, base_url }: OAuthRequest, text: string, client_id: string): Promise<Record<string, unknown> | null> {
  const refresh_token = parseSecret("refresh_token", text, env.CROW_SECRET);
  if (refresh_token) {
    const found = await callOrganization(env, refresh_token.organization_id, "introspectRefreshToken", { token: refresh_token, client_id });
    return found && describe(found, base_url, "refresh_token", refresh_token.organization_id);
  }
  const verified = await verifyAccessToken(env, text, base_url);
  if (!verified) return null;
  const { credential, audience, issued_at_ms } = verified;
  const { openid_scopes } = knownScopes(verified.scope);
  const found = await callOrganization(env, credential.organization_id, "introspectAccessToken", { token: credential, client_id });
  return (
    found && {
      ...describe({ ...found, audience, issued_at_ms, openid_scopes }, base_url, "Bearer", credential.organization_id),
      jti: credential.token_id,
    }
  );
}

function describe(found: Introspection, base_url: string, token_type: string, organization: string): Record<string, unknown> {
  return {
    active: true,
    iss: base_url,
    aud: found.audience,
    sub: found.account_id ?? found.client_id,
    client_id: found.client_id,
    organization,
    scope: formatScope(found.scopes, found.openid_scopes),
    token_type,
    iat: Math.floor(found.issued_at_ms / 1_000),
    ...(found.email !== null && found.openid_scopes.includes("email") ? { username: found.email } : {}),
    ...(found.expires_at_ms === null ? {} : { exp: Math.floor(found.expires_at_ms / 1_000) }),
  };
}
