import { callOrganization } from "../../actors/call.ts";
import { parseSecret } from "../../actors/secrets/secret_kinds.ts";
import { invalidClient, OAuthError } from "../../domain/oauth/errors.ts";
import type { Exchanged, IssuedGrant } from "../../domain/oauth/exchange.ts";
import type { Parameters } from "../../domain/oauth/parameters.ts";
import { readVerifier } from "../../domain/oauth/pkce.ts";
import { readResources } from "../../domain/oauth/resource.ts";
import { formatScope, parseScope } from "../../domain/oauth/scope.ts";
import { ACCESS_TOKEN_TTL_S } from "../../domain/oauth/token.ts";
import { issueAccessToken } from "./access_tokens.ts";
import { readFormBody } from "./body.ts";
import { readClient, type PresentedClient } from "./client_authentication.ts";
import { guardGuessing } from "./guessing.ts";
import { issueIdToken } from "./id_token.ts";
import { readKeySet } from "./key_set.ts";
import type { OAuthRequest } from "./request.ts";
import { answering, oauthJson } from "./respond.ts";

/** The token endpoint (RFC 6749, section 3.2): one RPC to the organization's actor judges client and grant together. */
export async function handleToken(context: OAuthRequest): Promise<Response> {
  return answering(context, () =>
    guardGuessing(context, async () => {
      const parameters = await readFormBody(context.request);
      // Before anything is used up: without a key that signs, the client keeps its code.
      await readKeySet(context.env);
      const grant = await exchange(context, parameters);
      return oauthJson(200, await tokenResponse(context, grant));
    }),
  );
}

async function exchange(context: OAuthRequest, parameters: Parameters): Promise<IssuedGrant> {
  const grant_type = parameters.require("grant_type");
  const resources = parameters.getAll("resource");
  const audience = resources.length === 0 ? null : readResources(resources, context.base_url);
  switch (grant_type) {
    case "authorization_code":
      return redeemCode(context, parameters, audience);
    case "refresh_token":
      return refresh(context, parameters, audience);
    case "client_credentials":
      return clientCredentials(context, parameters, audience);
    default:
      throw new OAuthError("unsupported_grant_type", "grant_type takes authorization_code, refresh_token and client_credentials");
  }
}

async function redeemCode(context: OAuthRequest, parameters: Parameters, audience: string[] | null): Promise<IssuedGrant> {
  const text = parameters.require("code");
  const code_verifier = readVerifier(parameters.get("code_verifier"));
  const client = await readClient(context, parameters);
  const code = parseSecret("authorization_code", text, context.env.CROW_SECRET);
  if (!code || leadsElsewhere(client, code.organization_id)) throw new OAuthError("invalid_grant", "The code is not valid");
  return granted(
    await callOrganization(context.env, code.organization_id, "redeemCode", {
      code,
      proof: client.proof,
      redirect_uri: parameters.get("redirect_uri"),
      code_verifier,
      audience,
      base_url: context.base_url,
      request_id: context.request_id,
    }),
  );
}

async function refresh(context: OAuthRequest, parameters: Parameters, audience: string[] | null): Promise<IssuedGrant> {
  const text = parameters.require("refresh_token");
  const scopes = parseScope(parameters.get("scope"))?.scopes ?? null;
  const client = await readClient(context, parameters);
  const token = parseSecret("refresh_token", text, context.env.CROW_SECRET);
  if (!token || leadsElsewhere(client, token.organization_id)) throw new OAuthError("invalid_grant", "The refresh token is not valid");
  const { base_url, request_id } = context;
  return granted(
    await callOrganization(context.env, token.organization_id, "refresh", { token, proof: client.proof, scopes, audience, base_url, request_id }),
  );
}

async function clientCredentials(context: OAuthRequest, parameters: Parameters, audience: string[] | null): Promise<IssuedGrant> {
  const asked = parseScope(parameters.get("scope"));
  if (asked && asked.openid_scopes.length > 0) throw new OAuthError("invalid_scope", "openid scopes are about a person; there is none here");
  const { proof, organization_id } = await readClient(context, parameters);
  if (organization_id === null) throw new OAuthError("unauthorized_client", "This client may not use client credentials");
  const input = { proof, scopes: asked?.scopes ?? null, audience: audience ?? [context.base_url], request_id: context.request_id };
  return granted(await callOrganization(context.env, organization_id, "clientCredentials", input));
}

/** An organization's client has no business with another organization's code or token. */
function leadsElsewhere(client: PresentedClient, organization_id: string): boolean {
  return client.organization_id !== null && client.organization_id !== organization_id;
}

/** An organization that does not exist answers like one that does not know the client. */
function granted(exchanged: Exchanged | null): IssuedGrant {
  if (exchanged?.ok) return exchanged.grant;
  const failure = exchanged?.failure;
  throw failure ? new OAuthError(failure.error, failure.description, failure.retry_after_s) : invalidClient();
}

async function tokenResponse({ env, base_url }: OAuthRequest, grant: IssuedGrant): Promise<Record<string, unknown>> {
  const id_token = await issueIdToken(env, grant, base_url);
  return {
    access_token: await issueAccessToken(env, grant, base_url),
    token_type: "Bearer",
    expires_in: ACCESS_TOKEN_TTL_S,
    scope: formatScope(grant.scopes, grant.openid_scopes),
    ...(grant.refresh_token === null ? {} : { refresh_token: grant.refresh_token }),
    ...(id_token === null ? {} : { id_token }),
  };
}
