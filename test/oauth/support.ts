import { env, exports } from "cloudflare:workers";
import * as oauth from "oauth4webapi";
import { callAccount } from "../../src/actors/call.ts";
import type { Person } from "../../src/domain/accounts/account.ts";
import type { Role } from "../../src/domain/roles.ts";
import { sessionCookie } from "../../src/edge/account/session.ts";
import { BASE_URL, createOrganization, send, type Reply, type TestOrganization } from "../support/api.ts";
import { formsOf } from "../support/browser_like.ts";
import { addMember, somebody } from "../support/members.ts";

/** The running Worker as `fetch`, for client libraries. */
export const workerFetch = (url: string, init?: RequestInit): Promise<Response> =>
  exports.default.fetch(new Request(url, { redirect: "manual", ...init }));

/** What a client library needs to speak with a Worker in the test runtime. */
export function oauthOptions(): { [oauth.customFetch]: typeof workerFetch; [oauth.allowInsecureRequests]: true } {
  return { [oauth.customFetch]: workerFetch, [oauth.allowInsecureRequests]: true };
}

/** The server as its public metadata describes it. */
export async function discover(algorithm: "oauth2" | "oidc" = "oauth2"): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(BASE_URL);
  const response = await oauth.discoveryRequest(issuer, { algorithm, ...oauthOptions() });
  return oauth.processDiscoveryResponse(issuer, response);
}

export interface CreatedClient {
  id: string;
  client_id: string;
  client_secret: string;
}

/** An OAuth client of an organization's, by its first key. */
export async function createClient(organization: TestOrganization, input: Record<string, unknown>): Promise<CreatedClient> {
  const reply = await send<CreatedClient>("POST", "/api/v1/oauth-clients", { key: organization.api_key, body: input });
  if (reply.status !== 201) throw new Error(`client not created: ${reply.status} ${JSON.stringify(reply.body)}`);
  return reply.body;
}

export type TokenBody = Record<string, string | undefined>;

/** A form POST; what is undefined is left out. */
export function postForm(path: string, form: Record<string, string | undefined>, headers: Record<string, string> = {}): Promise<Reply<TokenBody>> {
  const entries = Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return send<TokenBody>("POST", path, {
    body: new URLSearchParams(entries).toString(),
    headers: { "Content-Type": "application/x-www-form-urlencoded", "CF-Connecting-IP": randomAddress(), ...headers },
  });
}

/** An address that no other test has, so that throttles do not meet. */
export function randomAddress(): string {
  return `2001:db8:${[...crypto.getRandomValues(new Uint16Array(6))].map((part) => part.toString(16)).join(":")}`;
}

/** A person with an account, a session in a browser, and a role in an organization. */
export interface SignedInPerson {
  cookie: string;
  account_id: string;
  email: string;
  password: string;
  person: Person;
}

export async function signedInMember(organization: TestOrganization | null, role: Role = "owner"): Promise<SignedInPerson> {
  const { account_name, email, name } = somebody();
  const password = `correct horse ${crypto.randomUUID()}`;
  const session = await callAccount(env, account_name, "signUp", { email, name, password, user_agent: null });
  if ("failure" in session) throw new Error(session.failure);
  const account = await callAccount(env, account_name, "describe", {});
  const person: Person = { account_id: account!.id, account_name, email, name };
  if (organization) await join(organization, role, person);
  return { cookie: sessionCookie(env, account_name, session).split(";")[0]!, account_id: person.account_id, email, password, person };
}

/** Joins, and waits until the account's own list of memberships says so. */
export async function join(organization: TestOrganization, role: Role, person: Person): Promise<void> {
  await addMember(organization, role, person);
  const membership = { organization_id: organization.id, name: "Test shop", role };
  await callAccount(env, person.account_name, "putMembership", { account_id: person.account_id, membership });
}

/** A browser's way through the authorization endpoint, up to the redirect to the client. */
export async function visitAuthorize(person: SignedInPerson | null, url: string | URL): Promise<Response> {
  return workerFetch(String(url), { headers: person ? { Cookie: person.cookie } : {} });
}

/** Answers the consent page as a person would; what its form holds is sent, with changes where a test makes some. */
export async function answerConsent(
  person: SignedInPerson,
  page: Response,
  decision: "allow" | "deny",
  changes: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Response> {
  const html = await page.text();
  const consent = formsOf(html).find(({ action }) => action === "/oauth/consent");
  if (!consent)
    throw new Error(
      `no consent form: ${page.status} ${html
        .replaceAll(/<[^>]*>/g, " ")
        .replaceAll(/\s+/g, " ")
        .slice(0, 500)}`,
    );
  const form = new URLSearchParams({ ...consent.values, decision, ...changes });
  return workerFetch(`${BASE_URL}/oauth/consent`, {
    method: "POST",
    headers: { Cookie: person.cookie, "Content-Type": "application/x-www-form-urlencoded", Origin: BASE_URL, ...headers },
    body: form.toString(),
  });
}

/** Where a redirect leads. */
export function location(response: Response): URL {
  const target = response.headers.get("Location");
  if (target === null) throw new Error(`no redirect: ${response.status}`);
  return new URL(target);
}

export const CALLBACK = "https://app.example/callback";
export const VERIFIER = "a-code-verifier-of-the-tests-0123456789-abcdefg";

/** The parameters of a good authorization request. */
export async function goodRequest(client_id: string, changes: Record<string, string | undefined> = {}): Promise<Record<string, string>> {
  const all = {
    response_type: "code",
    client_id,
    redirect_uri: CALLBACK,
    state: "some-state",
    scope: "products:read",
    code_challenge: await oauth.calculatePKCECodeChallenge(VERIFIER),
    code_challenge_method: "S256",
    ...changes,
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

export async function authorizeUrl(client_id: string, changes: Record<string, string | undefined> = {}): Promise<string> {
  return `${BASE_URL}/oauth/authorize?${new URLSearchParams(await goodRequest(client_id, changes)).toString()}`;
}

/** A code for this client, the person having allowed it. */
export async function obtainCode(person: SignedInPerson, client_id: string, changes: Record<string, string | undefined> = {}): Promise<string> {
  let response = await visitAuthorize(person, await authorizeUrl(client_id, changes));
  if (response.status === 200) response = await answerConsent(person, response, "allow");
  const code = location(response).searchParams.get("code");
  if (code === null) throw new Error(`no code: ${location(response).href}`);
  return code;
}

export interface ExchangeClient {
  client_id: string;
  client_secret?: string | null;
}

/** Exchanges a code; `changes` replace or (undefined) remove parameters. */
export function exchangeCode(client: ExchangeClient, code: string, changes: Record<string, string | undefined> = {}): Promise<Reply<TokenBody>> {
  return postForm("/oauth/token", {
    grant_type: "authorization_code",
    code,
    redirect_uri: CALLBACK,
    code_verifier: VERIFIER,
    client_id: client.client_id,
    client_secret: client.client_secret ?? undefined,
    ...changes,
  });
}

export function refresh(client: ExchangeClient, refresh_token: string, changes: Record<string, string | undefined> = {}): Promise<Reply<TokenBody>> {
  return postForm("/oauth/token", {
    grant_type: "refresh_token",
    refresh_token,
    client_id: client.client_id,
    client_secret: client.client_secret ?? undefined,
    ...changes,
  });
}

/** A client that registers itself (RFC 7591). */
export async function registerClient(metadata: Record<string, unknown> = {}): Promise<ExchangeClient> {
  const reply = await send<{ client_id: string; client_secret?: string }>("POST", "/oauth/register", {
    headers: { "CF-Connecting-IP": randomAddress() },
    body: { redirect_uris: [CALLBACK], client_name: "App", token_endpoint_auth_method: "none", ...metadata },
  });
  if (reply.status !== 201) throw new Error(`not registered: ${reply.status} ${JSON.stringify(reply.body)}`);
  return reply.body;
}

/** Where most tests begin: an organization, its owner signed in, and an application that registered itself. */
export async function scenario(): Promise<{ organization: TestOrganization; person: SignedInPerson; client: ExchangeClient }> {
  const organization = await createOrganization();
  return { organization, person: await signedInMember(organization), client: await registerClient() };
}
