// Web apps, single-page and mobile applications: the code flow with PKCE, driven by a real client library; the browser's part is played by following redirects and forms.
import { decodeJwt, decodeProtectedHeader } from "jose";
import * as oauth from "oauth4webapi";
import { beforeAll, describe, expect, it } from "vitest";
import { BASE_URL, send, type TestOrganization } from "../support/api.ts";
import {
  answerConsent,
  authorizeUrl,
  CALLBACK,
  createClient,
  discover,
  location,
  oauthOptions,
  registerClient,
  scenario,
  visitAuthorize,
  type ExchangeClient,
  type SignedInPerson,
} from "./support.ts";

let organization: TestOrganization;
let person: SignedInPerson;
let server: oauth.AuthorizationServer;
beforeAll(async () => {
  ({ organization, person } = await scenario());
  server = await discover("oidc");
});

interface Flow {
  tokens: oauth.TokenEndpointResponse;
  client: oauth.Client;
  authentication: oauth.ClientAuth;
}

/** The whole flow as a client library does it, every check of the library included. */
async function run(registered: ExchangeClient, scope: string, extra: Record<string, string> = {}): Promise<Flow> {
  const client: oauth.Client = { client_id: registered.client_id };
  const authentication = registered.client_secret ? oauth.ClientSecretBasic(registered.client_secret) : oauth.None();
  const verifier = oauth.generateRandomCodeVerifier();
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
  const url = new URL(server.authorization_endpoint!);
  url.search = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: CALLBACK,
    response_type: "code",
    scope,
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ...extra,
  }).toString();
  const page = await visitAuthorize(person, url);
  const redirect = page.status === 200 ? await answerConsent(person, page, "allow") : page;
  const callback = oauth.validateAuthResponse(server, client, location(redirect), state);
  const response = await oauth.authorizationCodeGrantRequest(server, client, authentication, callback, CALLBACK, verifier, oauthOptions());
  const expected = scope.includes("openid") ? { expectedNonce: nonce, requireIdToken: true } : {};
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, expected);
  return { tokens, client, authentication };
}

describe("the code flow", () => {
  it("serves an organization's own web app with a secret: tokens, who signed in, userinfo", async () => {
    const own = await createClient(organization, { name: "Web app", redirect_uris: [CALLBACK], scopes: ["products:read", "products:write"] });
    const { tokens, client } = await run(own, "openid profile email products:read");
    const claims = oauth.getValidatedIdTokenClaims(tokens)!;
    expect(claims).toMatchObject({ iss: BASE_URL, sub: person.account_id, aud: own.client_id, email: person.email, email_verified: false });
    expect(tokens.scope).toBe("openid profile email products:read");
    expect((await send("GET", "/api/v2/products", { key: tokens.access_token })).status).toBe(200);
    const response = await oauth.userInfoRequest(server, client, tokens.access_token, oauthOptions());
    const facts = await oauth.processUserInfoResponse(server, client, person.account_id, response);
    expect(facts).toMatchObject({ email: person.email, organizations: [{ organization_id: organization.id, role: "owner" }] });
  });

  it("serves a public application that registered itself, and refreshes with rotation", async () => {
    const registered = await registerClient();
    const { tokens, client, authentication } = await run(registered, "products:read insights:read", { resource: `${BASE_URL}/api` });
    expect(tokens.id_token).toBeUndefined();
    const response = await oauth.refreshTokenGrantRequest(server, client, authentication, tokens.refresh_token!, oauthOptions());
    const next = await oauth.processRefreshTokenResponse(server, client, response);
    expect(next.refresh_token).not.toBe(tokens.refresh_token);
    expect((await send("GET", "/api/v1/products", { key: next.access_token })).status).toBe(200);
  });

  it("serves a registered client with a secret", async () => {
    const registered = await registerClient({ token_endpoint_auth_method: "client_secret_basic" });
    expect((await run(registered, "products:read")).tokens.access_token).toMatch(/^eyJ/);
  });

  it("names its issuer in the answer, so that a client of several servers is not mixed up (RFC 9207)", async () => {
    const registered = await registerClient();
    const answer = location(await answerConsent(person, await visitAuthorize(person, await authorizeUrl(registered.client_id)), "allow"));
    const client = { client_id: registered.client_id };
    expect(oauth.validateAuthResponse(server, client, answer, "some-state").get("code")).toMatch(/^crow_code_/);
    const other = { ...server, issuer: "https://other.example" };
    expect(() => oauth.validateAuthResponse(other, client, answer, "some-state")).toThrow(/issuer/);
    answer.searchParams.delete("iss");
    expect(() => oauth.validateAuthResponse(server, client, answer, "some-state")).toThrow(/iss/);
  });

  it("serves a request that was pushed (RFC 9126)", async () => {
    const registered = await registerClient();
    const client = { client_id: registered.client_id };
    const verifier = oauth.generateRandomCodeVerifier();
    const parameters = new URLSearchParams({
      client_id: client.client_id,
      redirect_uri: CALLBACK,
      response_type: "code",
      scope: "products:read",
      state: "pushed",
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    });
    const pushed = await oauth.processPushedAuthorizationResponse(
      server,
      client,
      await oauth.pushedAuthorizationRequest(server, client, oauth.None(), parameters, oauthOptions()),
    );
    const url = `${server.authorization_endpoint}?${new URLSearchParams({ client_id: client.client_id, request_uri: pushed.request_uri }).toString()}`;
    const redirect = await answerConsent(person, await visitAuthorize(person, url), "allow");
    const callback = oauth.validateAuthResponse(server, client, location(redirect), "pushed");
    expect(callback.get("code")).toMatch(/^crow_code_/);
    const other = await registerClient();
    const stolen = `${server.authorization_endpoint}?${new URLSearchParams({ client_id: other.client_id, request_uri: pushed.request_uri }).toString()}`;
    expect((await visitAuthorize(person, stolen)).status).toBe(400);
  });

  it("issues access tokens as RFC 9068 has them, which introspection and revocation know", async () => {
    const own = await createClient(organization, { name: "Web app", redirect_uris: [CALLBACK], scopes: ["products:read"] });
    const { tokens, client, authentication } = await run(own, "products:read", { resource: `${BASE_URL}/api` });
    const payload = decodeJwt(tokens.access_token);
    expect(decodeProtectedHeader(tokens.access_token)).toMatchObject({ typ: "at+jwt", alg: "ES256" });
    expect(payload).toMatchObject({
      iss: BASE_URL,
      aud: `${BASE_URL}/api`,
      sub: person.account_id,
      client_id: own.client_id,
      organization: organization.id,
      scope: "products:read",
    });
    expect(payload.exp! - payload.iat!).toBe(900);
    const plain = await oauth.introspectionRequest(server, client, authentication, tokens.access_token, oauthOptions());
    expect(await plain.text()).not.toContain(person.email);
    const introspect = async (token: string) =>
      oauth.processIntrospectionResponse(server, client, await oauth.introspectionRequest(server, client, authentication, token, oauthOptions()));
    expect(await introspect(tokens.access_token)).toMatchObject({
      active: true,
      sub: person.account_id,
      scope: "products:read",
      aud: [`${BASE_URL}/api`],
    });
    expect(await introspect(tokens.refresh_token!)).toMatchObject({ active: true, token_type: "refresh_token" });
    await oauth.processRevocationResponse(await oauth.revocationRequest(server, client, authentication, tokens.access_token, oauthOptions()));
    expect((await send("GET", "/api/v1/products", { key: tokens.access_token })).status).toBe(401);
    expect(await introspect(tokens.access_token)).toEqual({ active: false });
    expect(await introspect(tokens.refresh_token!)).toMatchObject({ active: true });
    await oauth.processRevocationResponse(await oauth.revocationRequest(server, client, authentication, tokens.refresh_token!, oauthOptions()));
    expect(await introspect(tokens.refresh_token!)).toEqual({ active: false });
  });
});
