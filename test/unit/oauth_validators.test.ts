import { describe, expect, it } from "vitest";
import { readAuthorizationRequest } from "../../src/domain/oauth/authorization_request.ts";
import type { OAuthClient } from "../../src/domain/oauth/client.ts";
import { readClientMetadata } from "../../src/domain/oauth/client_metadata.ts";
import { OAuthError } from "../../src/domain/oauth/errors.ts";
import { Parameters } from "../../src/domain/oauth/parameters.ts";
import { coversResource, readResources, withinAudience } from "../../src/domain/oauth/resource.ts";
import { parseScope } from "../../src/domain/oauth/scope.ts";

const BASE = "https://crow.example";
const CLIENT: OAuthClient = {
  client_id: "dcr_x",
  organization_id: null,
  name: "App",
  client_uri: null,
  token_endpoint_auth_method: "none",
  redirect_uris: ["https://app.example/cb"],
  grant_types: ["authorization_code", "refresh_token"],
  scopes: ["products:read", "insights:read"],
  jwks: null,
  jwks_uri: null,
  suspended: false,
  verified_by: null,
};
const GOOD = { response_type: "code", code_challenge: "a".repeat(43), code_challenge_method: "S256", scope: "products:read" };

function read(changes: Record<string, string | undefined>) {
  const all: Record<string, string | undefined> = { ...GOOD, ...changes };
  const query = new URLSearchParams(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
  return readAuthorizationRequest(new Parameters(query), CLIENT, BASE);
}

function errorOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof OAuthError) return error.error;
    throw error;
  }
  return "none";
}

describe("an authorization request", () => {
  it("that is good says what is asked for", () => {
    expect(read({ nonce: "n", max_age: "60", prompt: "login consent" })).toMatchObject({
      scopes: ["products:read"],
      audience: [BASE],
      nonce: "n",
      max_age_s: 60,
      prompts: ["login", "consent"],
    });
  });

  it("without a scope asks for what the client registered", () => {
    expect(read({ scope: undefined }).scopes).toEqual(["products:read", "insights:read"]);
  });

  it.each([
    ["PKCE is missing", { code_challenge: undefined }, "invalid_request"],
    ["the method is left out, which means plain", { code_challenge_method: undefined }, "invalid_request"],
    ["the method is plain", { code_challenge_method: "plain" }, "invalid_request"],
    ["the challenge is no SHA-256", { code_challenge: "short" }, "invalid_request"],
    ["a token is asked for", { response_type: "token" }, "unsupported_response_type"],
    ["code and token are asked for", { response_type: "code token" }, "unsupported_response_type"],
    ["the answer shall come in the fragment", { response_mode: "fragment" }, "invalid_request"],
    ["the scope is unknown", { scope: "everything" }, "invalid_scope"],
    ["the scope is beyond the client's", { scope: "products:write" }, "invalid_scope"],
    ["the resource is elsewhere", { resource: "https://other.example/api" }, "invalid_target"],
    ["the resource is unknown", { resource: `${BASE}/unknown` }, "invalid_target"],
    ["the resource has a fragment", { resource: `${BASE}/api#x` }, "invalid_target"],
    ["none is asked together with login", { prompt: "none login" }, "invalid_request"],
    ["the prompt is unknown", { prompt: "dance" }, "invalid_request"],
    ["max_age is no number", { max_age: "-1" }, "invalid_request"],
    ["a request object is sent", { request: "eyJ" }, "request_not_supported"],
  ])("is refused when %s", (_what, changes, error) => {
    expect(errorOf(() => read(changes))).toBe(error);
  });

  it("is refused when a parameter comes twice, but several resources may", () => {
    expect(errorOf(() => new Parameters(new URLSearchParams("state=a&state=b")))).toBe("invalid_request");
    expect(new Parameters(new URLSearchParams("resource=a&resource=b")).getAll("resource")).toEqual(["a", "b"]);
  });

  it("is refused when there are endless parameters, or one is named like what every object has", () => {
    expect(errorOf(() => new Parameters(new URLSearchParams("a&".repeat(20_000))))).toBe("invalid_request");
    expect(errorOf(() => read({ scope: "constructor" }))).toBe("invalid_scope");
  });

  it("is refused when a value is endless", () => {
    expect(errorOf(() => new Parameters(new URLSearchParams({ state: "x".repeat(7_000) })))).toBe("invalid_request");
  });
});

describe("a token's audience", () => {
  it("is the whole deployment where no resource is asked for, and each resource in one spelling", () => {
    expect(readResources([], BASE)).toEqual([BASE]);
    expect(readResources([`${BASE}/`, `${BASE}/api/`, `${BASE}/api`], BASE)).toEqual([BASE, `${BASE}/api`]);
  });

  it("covers its resources and, as the whole deployment, all of them", () => {
    expect(coversResource([`${BASE}/api`], "/api", BASE)).toBe(true);
    expect(coversResource([BASE], "/api", BASE)).toBe(true);
    expect(coversResource(["https://other.example"], "/api", BASE)).toBe(false);
    expect(withinAudience([BASE], [`${BASE}/api`], BASE)).toBe(false);
  });
});

describe("client metadata", () => {
  const metadata = { redirect_uris: ["https://app.example/cb"], client_name: "App" };

  it("is read with the defaults of RFC 7591", () => {
    expect(readClientMetadata(metadata, "client_secret_basic", "crow.example")).toMatchObject({
      name: "App",
      token_endpoint_auth_method: "client_secret_basic",
      grant_types: ["authorization_code", "refresh_token"],
      scopes: null,
    });
  });

  it("keeps known scopes and drops unknown ones, and never widens a client that named only facts about the person", () => {
    const scopesOf = (scope: string) => readClientMetadata({ ...metadata, scope }, "none", "crow.example").scopes;
    expect(scopesOf("products:read mystery")).toEqual(["products:read"]);
    expect(scopesOf("openid email")).toEqual([]);
    expect(scopesOf("mystery")).toBeNull();
  });

  it.each([
    ["a script as redirect URI", { redirect_uris: ["javascript:alert(1)"] }, "invalid_redirect_uri"],
    ["plain http as redirect URI", { redirect_uris: ["http://app.example/cb"] }, "invalid_redirect_uri"],
    ["no redirect URI", { redirect_uris: [] }, "invalid_redirect_uri"],
    ["redirect URIs that are no list", { redirect_uris: "https://app.example/cb" }, "invalid_redirect_uri"],
    ["an endless name", { client_name: "x".repeat(101) }, "invalid_client_metadata"],
    ["a script as home page", { client_uri: "javascript:alert(1)" }, "invalid_client_metadata"],
    ["the implicit flow", { grant_types: ["implicit"], response_types: ["token"] }, "invalid_client_metadata"],
    ["a private key", { token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [{ kty: "EC", d: "secret" }] } }, "invalid_client_metadata"],
    ["a symmetric key", { token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [{ kty: "oct", k: "secret" }] } }, "invalid_client_metadata"],
    ["private_key_jwt without keys", { token_endpoint_auth_method: "private_key_jwt" }, "invalid_client_metadata"],
    ["keys on this machine", { jwks_uri: "https://localhost/jwks" }, "invalid_client_metadata"],
    ["keys at an internal address", { jwks_uri: "https://169.254.169.254/jwks" }, "invalid_client_metadata"],
    ["keys over plain http", { jwks_uri: "http://app.example/jwks" }, "invalid_client_metadata"],
  ])("is refused with %s", (_what, changes, error) => {
    expect(errorOf(() => readClientMetadata({ ...metadata, ...changes }, "none", "crow.example"))).toBe(error);
  });
});

describe("a scope", () => {
  it("is sorted out into what operations need and what a person is", () => {
    expect(parseScope("openid  products:read products:read")).toEqual({ scopes: ["products:read"], openid_scopes: ["openid"] });
    expect(parseScope(null)).toBeNull();
  });
});
