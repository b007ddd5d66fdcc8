import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { typeidUnboxed } from "typeid-js";
import { expect } from "vitest";
import { callAccount, callOrganization } from "../../src/actors/call.ts";
import type { RoutedSecret } from "../../src/actors/secrets/routed_secret.ts";
import { parseSecret } from "../../src/actors/secrets/secret_kinds.ts";
import type { Membership, Person } from "../../src/domain/accounts/account.ts";
import type { AccessTokenCredential } from "../../src/domain/principal.ts";
import type { Role } from "../../src/domain/roles.ts";
import { accountOf } from "./account_actor.ts";
import { BASE_URL, send, type TestOrganization } from "./api.ts";

/** Somebody new, without an account: what an organization is told of a person is enough for it at first. */
export function somebody(name = "Kim"): Person {
  const email = `${crypto.randomUUID()}@example.com`;
  return { account_id: typeidUnboxed("usr"), account_name: accountOf(email), email, name };
}

/** Makes the person's account, if there is none: an organization soon removes members whose account is gone. By another provider, which costs no password's hash. */
export async function makeAccount({ account_id, account_name, email, name }: Person): Promise<void> {
  const identity = { issuer: "https://provider.example", subject: account_id };
  const answer = await callAccount(env, account_name, "signInUpstream", { ...identity, email, name, user_agent: null, may_create: true });
  if ("failure" in answer) return;
  await runInDurableObject(env.ACCOUNTS.getByName(account_name), (_actor, state) => {
    state.storage.sql.exec("UPDATE account SET id = ?", account_id).toArray();
    state.storage.sql.exec("DELETE FROM sessions").toArray();
  });
}

/** A member in this role, by the way people become one. */
export async function addMember(organization: TestOrganization, role: Role, person = somebody()): Promise<Person> {
  await makeAccount(person);
  if (role === "owner") await callOrganization(env, organization.id, "addOwner", { person });
  else expect(await accept(organization, await invite(organization, person.email, role), person)).not.toBeNull();
  return person;
}

/** The role of this account at an organization; null where it is no member. */
export async function roleOf(organization: { id: string }, account_id: string): Promise<Role | null> {
  const [member] = await sql<{ role: Role }>(organization, "SELECT role FROM members WHERE account_id = ?", account_id);
  return member?.role ?? null;
}

export interface InvitationBody {
  id: string;
  url: string;
  [field: string]: unknown;
}

/** Invites somebody: the answer, and the path of the link that they would get. */
export async function invite(organization: TestOrganization, email: string, role: Role = "member"): Promise<InvitationBody & { path: string }> {
  const reply = await send<InvitationBody>("POST", "/api/v1/invitations", { key: organization.api_key, body: { email, role } });
  expect(reply.status, JSON.stringify(reply.body)).toBe(201);
  const { pathname, search } = new URL(reply.body.url);
  return { ...reply.body, path: pathname + search };
}

/** What the edge reads from an invitation's link. */
export function readLink({ url }: { url: string }): RoutedSecret {
  const link = new URL(url);
  expect(link.origin + link.pathname).toBe(`${BASE_URL}/account/invitation`);
  return parseSecret("invitation", link.searchParams.get("token")!, env.CROW_SECRET)!;
}

export async function accept(organization: { id: string }, invitation: { url: string }, person: Person): Promise<Membership | null> {
  await makeAccount(person);
  const { id, secret_hash } = readLink(invitation);
  return callOrganization(env, organization.id, "acceptInvitation", { id, secret_hash, person });
}

/** Runs SQL on the organization's own storage. */
export function sql<Row extends Record<string, SqlStorageValue>>({ id }: { id: string }, query: string, ...params: unknown[]): Promise<Row[]> {
  return runInDurableObject(env.ORGANIZATIONS.getByName(id), (_actor, state) => state.storage.sql.exec<Row>(query, ...params).toArray());
}

/** A key that holds these scopes. */
export async function keyWith(organization: TestOrganization, scopes: readonly string[]): Promise<string> {
  const reply = await send<{ key: string }>("POST", "/api/v1/api-keys", { key: organization.api_key, body: { name: "Some scopes", scopes } });
  expect(reply.status, JSON.stringify(reply.body)).toBe(201);
  return reply.body.key;
}

/** A client from elsewhere, as a member's consent brings it. */
export async function letInClient(organization: { id: string }, name = "Elsewhere"): Promise<string> {
  const id = typeidUnboxed("cli");
  await sql(
    organization,
    `INSERT INTO oauth_clients (id, client_id, external, name, token_endpoint_auth_method, redirect_uris, grant_types, created_at, updated_at, version)
     VALUES (?, ?, 1, ?, 'none', '["https://elsewhere.example/callback"]', '["authorization_code"]', ?, ?, 1)`,
    id,
    `https://${id}.example/client.json`,
    name,
    Date.now(),
    Date.now(),
  );
  return id;
}

export interface GrantSeed {
  oauth_client_id: string;
  account_id: string | null;
  scopes?: string[];
  created_at?: number;
  last_used_at?: number | null;
  revoked_at?: number | null;
  expires_at?: number | null;
}

/** What approving an application leaves behind: a grant, and for a member a consent, an unused code and a used one. */
export async function grant(organization: { id: string }, seed: GrantSeed): Promise<string> {
  const id = typeidUnboxed("gra");
  const { oauth_client_id, account_id, scopes = ["products:read"], created_at = Date.now() } = seed;
  await sql(
    organization,
    "INSERT INTO oauth_grants (id, oauth_client_id, account_id, scopes, audience, created_at, last_used_at, revoked_at, expires_at) VALUES (?, ?, ?, ?, '[\"http://crow.test\"]', ?, ?, ?, ?)",
    id,
    oauth_client_id,
    account_id,
    JSON.stringify(scopes),
    created_at,
    seed.last_used_at ?? null,
    seed.revoked_at ?? null,
    seed.expires_at ?? null,
  );
  if (account_id === null) return id;
  await consent(organization, { account_id, oauth_client_id, scopes, created_at });
  for (const grant_id of [null, id]) {
    await sql(
      organization,
      `INSERT INTO oauth_codes (id, secret_hash, oauth_client_id, account_id, redirect_uri, code_challenge, scopes, openid_scopes, audience, authenticated_at, created_at, expires_at, grant_id)
       VALUES (?, '', ?, ?, '', '', '[]', '[]', '[]', 0, 0, ?, ?)`,
      typeidUnboxed("cod"),
      oauth_client_id,
      account_id,
      Date.now() + 60_000,
      grant_id,
    );
  }
  return id;
}

export async function consent(
  organization: { id: string },
  {
    account_id,
    oauth_client_id,
    scopes,
    created_at = Date.now(),
  }: { account_id: string; oauth_client_id: string; scopes: string[]; created_at?: number },
): Promise<void> {
  await sql(
    organization,
    "INSERT OR REPLACE INTO oauth_consents (account_id, oauth_client_id, scopes, created_at, updated_at) VALUES (?, ?, ?, ?, ?)",
    account_id,
    oauth_client_id,
    JSON.stringify(scopes),
    created_at,
    created_at,
  );
}

/** What the edge would make of an access token that a member let a client have: for what happens when it ends. `oauth_client_id`: the client's at the organization. */
export async function memberToken(
  organization: TestOrganization,
  { token_id, lasts_ms }: { token_id: string; lasts_ms: number },
): Promise<{ credential: AccessTokenCredential; oauth_client_id: string }> {
  const { account_id } = await addMember(organization, "viewer");
  const oauth_client_id = await letInClient(organization);
  const grant_id = await grant(organization, { oauth_client_id, account_id });
  const credential: AccessTokenCredential = {
    kind: "access_token",
    organization_id: organization.id,
    grant_id,
    client_id: `https://${oauth_client_id}.example/client.json`,
    account_id,
    scopes: ["products:read"],
    token_id,
    expires_at_ms: Date.now() + lasts_ms,
  };
  return { credential, oauth_client_id };
}
