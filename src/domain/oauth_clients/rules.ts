import type * as z from "zod";
import type { OperationContext } from "../context.ts";
import { checkHeld, checkLimits } from "../credential_rules.ts";
import { invalid } from "../errors.ts";
import type { GrantType } from "../oauth/client.ts";
import { redirectUriProblem } from "../oauth/redirect_uri.ts";
import { refuseOutgoing } from "../outgoing_url.ts";
import type { OAuthClientSettings } from "./oauth_client.ts";
import { scopesOf, type OAuthClientRow } from "./rows.ts";

export type Settings = Partial<z.output<typeof OAuthClientSettings>>;

/** Refuses what this caller may not set: scopes they lack, a better tier or limit, and addresses that no client may have. */
export function checkSettings(ctx: OperationContext, settings: Settings): void {
  if (settings.scopes) checkHeld(ctx, settings.scopes);
  checkLimits(ctx, settings);
  settings.redirect_uris?.forEach((uri, index) => {
    const expected = redirectUriProblem(uri);
    if (expected !== null) throw invalid(`redirect_uris.${index}`, expected);
  });
  if (settings.jwks !== undefined && settings.jwks_uri !== undefined) throw invalid("jwks_uri", "jwks or jwks_uri, not both");
  const expected = settings.jwks_uri === undefined ? null : refuseOutgoing(settings.jwks_uri, new URL(ctx.base_url).host);
  if (expected !== null) throw invalid("jwks_uri", expected);
}

/** Where codes go and which keys prove the client decide who gets its scopes: whoever changes either must have them. */
export function checkTakeover(ctx: OperationContext, row: OAuthClientRow, settings: Settings): void {
  const takes_over = settings.redirect_uris !== undefined || settings.jwks !== undefined || settings.jwks_uri !== undefined;
  if (takes_over) checkHeld(ctx, scopesOf(row) ?? []);
}

/** Refuses a client whose parts do not fit each other. RFC 6749, sections 3.1.2.2 and 4.4; RFC 7591, section 2. */
export function checkClient(row: OAuthClientRow): void {
  const grant_types = JSON.parse(row.grant_types) as GrantType[];
  const has_keys = row.jwks !== null || row.jwks_uri !== null;
  if (row.token_endpoint_auth_method === "private_key_jwt" && !has_keys)
    throw invalid("jwks", "public keys in jwks or jwks_uri (required) for private_key_jwt");
  if (row.token_endpoint_auth_method !== "private_key_jwt" && has_keys)
    throw invalid(row.jwks === null ? "jwks_uri" : "jwks", "keys for private_key_jwt only");
  if (grant_types.includes("client_credentials") && row.token_endpoint_auth_method === "none")
    throw invalid("grant_types", "no client_credentials for a public client, which cannot prove who it is");
  if (grant_types.includes("refresh_token") && !grant_types.includes("authorization_code"))
    throw invalid("grant_types", "refresh_token only beside authorization_code: a client that acts for itself asks for a new token");
  if (grant_types.includes("authorization_code") && row.redirect_uris === "[]")
    throw invalid("redirect_uris", "at least one (required) for authorization_code");
}

/** The columns that these settings change. */
export function settingsColumns(settings: Settings): Partial<OAuthClientRow> {
  const columns: Partial<OAuthClientRow> = {};
  if (settings.name !== undefined) columns.name = settings.name;
  if (settings.client_uri !== undefined) columns.client_uri = settings.client_uri;
  if (settings.redirect_uris !== undefined) columns.redirect_uris = JSON.stringify([...new Set(settings.redirect_uris)]);
  if (settings.scopes !== undefined) columns.scopes = JSON.stringify([...new Set(settings.scopes)].toSorted());
  if (settings.jwks !== undefined) Object.assign(columns, { jwks: JSON.stringify(settings.jwks), jwks_uri: null });
  if (settings.jwks_uri !== undefined) Object.assign(columns, { jwks: null, jwks_uri: settings.jwks_uri });
  if (settings.tier !== undefined) columns.tier = settings.tier;
  if (settings.rate_limit !== undefined) columns.rate_limit = settings.rate_limit && JSON.stringify(settings.rate_limit);
  return columns;
}
