import * as z from "zod";
import { refuseOutgoing } from "../outgoing_url.ts";
import { AuthMethod, type GrantType, type OAuthClient } from "./client.ts";
import { ClientName } from "./client_name.ts";
import { OAuthError } from "./errors.ts";
import { ClientJwks } from "./jwks.ts";
import { redirectUriProblem } from "./redirect_uri.ts";
import { knownScopes } from "./scope.ts";

export const METADATA_MAX_BYTES = 16_384;
const REDIRECT_URIS_MAX = 20;

const WebPage = z.url({ protocol: /^https?$/, error: "an http or https URL" }).max(2_000);

/**
 * What a client says of itself when it registers (RFC 7591, section 2). Unknown members are ignored (section 2), as are those for languages (`client_name#de`). Nothing of
 * what is only shown is fetched from here.
 */
const ClientMetadata = z.looseObject({
  redirect_uris: z.array(z.string()).min(1).max(REDIRECT_URIS_MAX),
  token_endpoint_auth_method: AuthMethod.optional(),
  grant_types: z.array(z.string().max(100)).max(10).optional(),
  response_types: z.array(z.string().max(100)).max(10).optional(),
  client_name: ClientName.optional(),
  client_uri: WebPage.optional(),
  logo_uri: WebPage.optional(),
  scope: z.string().max(2_000).optional(),
  jwks: ClientJwks.optional(),
  jwks_uri: z.string().max(2_000).optional(),
});

/** The client that metadata describes, without its id. Throws invalid_redirect_uri or invalid_client_metadata (RFC 7591, section 3.2.2). */
export type DescribedClient = Omit<OAuthClient, "client_id" | "verified_by" | "suspended" | "organization_id">;

/** Judges client metadata; `default_method` is what a client without token_endpoint_auth_method gets. */
export function readClientMetadata(metadata: unknown, default_method: AuthMethod, own_host: string): DescribedClient {
  const parsed = ClientMetadata.safeParse(metadata);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = issue!.path.map(String).join(".").slice(0, 100);
    throw new OAuthError(
      field.startsWith("redirect_uris") ? "invalid_redirect_uri" : "invalid_client_metadata",
      `${field || "The body"}: ${issue!.message}`,
    );
  }
  const given = parsed.data;
  for (const uri of given.redirect_uris) {
    const expected = redirectUriProblem(uri);
    if (expected) throw new OAuthError("invalid_redirect_uri", `A redirect URI must be ${expected}`);
  }
  const token_endpoint_auth_method = given.token_endpoint_auth_method ?? default_method;
  checkKeys(token_endpoint_auth_method, given, own_host);
  const host = URL.parse(given.redirect_uris[0]!)?.host;
  return {
    name: given.client_name ?? (host || "An application"),
    client_uri: given.client_uri ?? null,
    token_endpoint_auth_method,
    redirect_uris: given.redirect_uris,
    grant_types: readGrantTypes(given.grant_types, given.response_types),
    scopes: readScopes(given.scope),
    jwks: given.jwks ?? null,
    jwks_uri: given.jwks_uri ?? null,
  };
}

/**
 * Judges a Client ID Metadata Document (draft-ietf-oauth-client-id-metadata-document): it names its own address as client_id and has no secret, which everybody could read.
 * Null when it is no such document; throws as `readClientMetadata` does.
 */
export function readMetadataDocument(document: unknown, client_id: string, own_host: string): DescribedClient | null {
  if (typeof document !== "object" || document === null) return null;
  if (!("client_id" in document) || document.client_id !== client_id || "client_secret" in document) return null;
  const described = readClientMetadata(document, "none", own_host);
  if (described.token_endpoint_auth_method.startsWith("client_secret"))
    throw new OAuthError("invalid_client_metadata", "A client with a metadata document has no secret: use none or private_key_jwt");
  return described;
}

/** A client that nobody of an organization's made acts only for a member: no client credentials. */
function readGrantTypes(grant_types: string[] = ["authorization_code", "refresh_token"], response_types: string[] = ["code"]): GrantType[] {
  if (!grant_types.includes("authorization_code") || !response_types.includes("code"))
    throw new OAuthError("invalid_client_metadata", "grant_types must have authorization_code and response_types code");
  // Refresh tokens are given to every such client: MCP clients of old do not name the grant type that they use.
  return ["authorization_code", "refresh_token"];
}

function readScopes(scope: string | undefined): OAuthClient["scopes"] {
  if (scope === undefined) return null;
  // Scopes that are unknown here are left out rather than refused (RFC 7591, section 2): the answer says what remains.
  const { scopes, openid_scopes } = knownScopes(scope);
  return scopes.length + openid_scopes.length > 0 ? scopes : null;
}

function checkKeys(method: AuthMethod, given: z.output<typeof ClientMetadata>, own_host: string): void {
  if (given.jwks !== undefined && given.jwks_uri !== undefined) throw new OAuthError("invalid_client_metadata", "Send jwks or jwks_uri, not both");
  if (method === "private_key_jwt" && given.jwks === undefined && given.jwks_uri === undefined)
    throw new OAuthError("invalid_client_metadata", "private_key_jwt needs jwks or jwks_uri");
  if (given.jwks_uri === undefined) return;
  const expected = refuseOutgoing(given.jwks_uri, own_host);
  if (expected) throw new OAuthError("invalid_client_metadata", `jwks_uri must be ${expected}`);
}
