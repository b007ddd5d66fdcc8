import * as oauth from "oauth4webapi";
import type { UpstreamIntent } from "./upstream_link.ts";

const DISCOVERY_CACHE_MS = 3_600_000;
const TIMEOUT_MS = 10_000;
const MAX_AGE_S = 60;

/** What this browser asked the provider for; kept sealed in its cookie until the provider sends it back. */
export interface UpstreamFlow {
  intent: UpstreamIntent;
  continue_to: string;
  state: string;
  nonce: string;
  verifier: string;
}

/** A person as the provider vouches for them. */
export interface UpstreamPerson {
  issuer: string;
  subject: string;
  email: string | null;
  email_verified: boolean;
  name: string | null;
}

let discovered: { issuer: string; server: oauth.AuthorizationServer; until_ms: number } | null = null;

/** Starts a sign-in at the provider: the address to go to, and the flow to remember. */
export async function startUpstream(
  env: Env,
  redirect_uri: string,
  intent: UpstreamIntent,
  continue_to: string,
): Promise<{ location: string; flow: UpstreamFlow }> {
  const server = await discover(env);
  const flow: UpstreamFlow = {
    intent,
    continue_to,
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    verifier: oauth.generateRandomCodeVerifier(),
  };
  const location = new URL(server.authorization_endpoint!);
  const parameters = {
    client_id: env.UPSTREAM_CLIENT_ID!,
    redirect_uri,
    response_type: "code",
    scope: "openid email profile",
    state: flow.state,
    nonce: flow.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(flow.verifier),
    code_challenge_method: "S256",
    ...(intent === "confirm" ? { prompt: "login", max_age: String(MAX_AGE_S) } : {}),
  };
  for (const [name, value] of Object.entries(parameters)) location.searchParams.set(name, value);
  return { location: location.href, flow };
}

/** Redeems what the provider sent back. Throws on anything that is not as it must be: state, issuer, nonce, signature, times. */
export async function finishUpstream(env: Env, redirect_uri: string, flow: UpstreamFlow, answer: URLSearchParams): Promise<UpstreamPerson> {
  const server = await discover(env);
  const client: oauth.Client = { client_id: env.UPSTREAM_CLIENT_ID! };
  const parameters = oauth.validateAuthResponse(server, client, answer, flow.state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    clientAuthentication(env, server),
    parameters,
    redirect_uri,
    flow.verifier,
    timeLimit(),
  );
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: flow.nonce,
    requireIdToken: true,
    ...(flow.intent === "confirm" ? { maxAge: MAX_AGE_S } : {}),
  });
  await oauth.validateApplicationLevelSignature(server, response, timeLimit());
  const claims = oauth.getValidatedIdTokenClaims(tokens)!;
  const told = claims.email === undefined && server.userinfo_endpoint ? await userInfo(server, client, tokens.access_token, claims.sub) : claims;
  return {
    issuer: server.issuer,
    subject: claims.sub,
    email: typeof told.email === "string" ? told.email : null,
    // Some providers say "true" as text: that is not the promise that OpenID Connect defines.
    email_verified: told.email_verified === true,
    name: typeof told.name === "string" && told.name.trim() !== "" ? told.name.trim().slice(0, 100) : null,
  };
}

async function discover(env: Env): Promise<oauth.AuthorizationServer> {
  const issuer = env.UPSTREAM_ISSUER!;
  if (discovered?.issuer === issuer && discovered.until_ms > Date.now()) return discovered.server;
  const url = new URL(issuer);
  const server = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, timeLimit()));
  discovered = { issuer, server, until_ms: Date.now() + DISCOVERY_CACHE_MS };
  return server;
}

async function userInfo(
  server: oauth.AuthorizationServer,
  client: oauth.Client,
  access_token: string,
  subject: string,
): Promise<oauth.UserInfoResponse> {
  return oauth.processUserInfoResponse(server, client, subject, await oauth.userInfoRequest(server, client, access_token, timeLimit()));
}

function clientAuthentication(env: Env, server: oauth.AuthorizationServer): oauth.ClientAuth {
  const methods = server.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
  return methods.includes("client_secret_basic")
    ? oauth.ClientSecretBasic(env.UPSTREAM_CLIENT_SECRET!)
    : oauth.ClientSecretPost(env.UPSTREAM_CLIENT_SECRET!);
}

function timeLimit(): { signal: () => AbortSignal } {
  return { signal: () => AbortSignal.timeout(TIMEOUT_MS) };
}
