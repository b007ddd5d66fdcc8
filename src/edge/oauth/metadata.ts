import { AuthMethod, GrantType } from "../../domain/oauth/client.ts";
import { readResourcePath, resourceName, RESOURCES, type ResourcePath } from "../../domain/oauth/resource.ts";
import { ALL_OPENID_SCOPES } from "../../domain/oauth/scope.ts";
import { ALL_SCOPES, type Scope } from "../../domain/scopes.ts";
import { scopesSupported } from "../mcp/scopes_supported.ts";
import { ASSERTION_ALGORITHMS } from "./client_assertion.ts";
import { isRegistrationOpen } from "./clients.ts";
import { readKeySet } from "./key_set.ts";
import { oauthJson } from "./respond.ts";

const PROTECTED_RESOURCE = "/.well-known/oauth-protected-resource";
const CACHED = "public, max-age=300";

/** The URL of a resource's metadata, for challenges (RFC 9728, section 5.1). */
export function resourceMetadataUrl(resource: ResourcePath, base_url: string): string {
  return base_url + PROTECTED_RESOURCE + resource;
}

/** The public documents that a client needs to find its way from a bare 401; null for any other path. */
export async function handleMetadata(path: string, env: Env, base_url: string): Promise<Response | null> {
  if (path === "/.well-known/oauth-authorization-server" || path === "/.well-known/openid-configuration")
    return cached(serverMetadata(base_url, isRegistrationOpen(env)));
  if (path === "/.well-known/jwks.json") return cached({ keys: (await readKeySet(env)).public_keys });
  if (!path.startsWith(PROTECTED_RESOURCE)) return null;
  const resource = readResourcePath(path.slice(PROTECTED_RESOURCE.length));
  const scopes = resource?.startsWith("/mcp") ? scopesSupported(resource) : ALL_SCOPES;
  return resource === null || scopes === null ? null : cached(resourceMetadata(resource, scopes, base_url));
}

/** One document for RFC 8414 and OpenID Connect Discovery: the same server, the same facts. */
function serverMetadata(base_url: string, registration: boolean): Record<string, unknown> {
  return {
    issuer: base_url,
    authorization_endpoint: `${base_url}/oauth/authorize`,
    token_endpoint: `${base_url}/oauth/token`,
    revocation_endpoint: `${base_url}/oauth/revoke`,
    introspection_endpoint: `${base_url}/oauth/introspect`,
    userinfo_endpoint: `${base_url}/oauth/userinfo`,
    pushed_authorization_request_endpoint: `${base_url}/oauth/par`,
    jwks_uri: `${base_url}/.well-known/jwks.json`,
    ...(registration ? { registration_endpoint: `${base_url}/oauth/register`, client_id_metadata_document_supported: true } : {}),
    scopes_supported: [...ALL_OPENID_SCOPES, ...ALL_SCOPES],
    response_types_supported: ["code"],
    response_modes_supported: ["query"],
    grant_types_supported: GrantType.options,
    code_challenge_methods_supported: ["S256"],
    ...clientAuthentication("token_endpoint", AuthMethod.options),
    ...clientAuthentication("revocation_endpoint", AuthMethod.options),
    ...clientAuthentication("introspection_endpoint", AuthMethod.exclude(["none"]).options),
    authorization_response_iss_parameter_supported: true,
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["ES256"],
    prompt_values_supported: ["none", "login", "consent", "select_account"],
    claims_supported: ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "name", "email", "email_verified", "organization", "organizations"],
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    protected_resources: Object.keys(RESOURCES).map((path) => base_url + path),
    service_documentation: `${base_url}/docs`,
  };
}

function clientAuthentication(endpoint: string, methods: readonly string[]): Record<string, unknown> {
  return { [`${endpoint}_auth_methods_supported`]: methods, [`${endpoint}_auth_signing_alg_values_supported`]: ASSERTION_ALGORITHMS };
}

/** RFC 9728, section 2. */
function resourceMetadata(resource: ResourcePath, scopes: readonly Scope[], base_url: string): Record<string, unknown> {
  return {
    resource: base_url + resource,
    authorization_servers: [base_url],
    jwks_uri: `${base_url}/.well-known/jwks.json`,
    scopes_supported: scopes,
    bearer_methods_supported: ["header"],
    resource_name: resourceName(resource),
    resource_documentation: `${base_url}/docs${resource.startsWith("/mcp") ? "/mcp" : ""}`,
  };
}

function cached(body: unknown): Response {
  return oauthJson(200, body, new Headers({ "Cache-Control": CACHED }));
}
