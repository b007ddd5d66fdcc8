import { typeidUnboxed } from "typeid-js";
import { OAuthError } from "../../../domain/oauth/errors.ts";
import type { ClientProof, IssuedGrant } from "../../../domain/oauth/exchange.ts";
import { formatScope, intersectScopes } from "../../../domain/oauth/scope.ts";
import { scopesOf, type OAuthClientRow } from "../../../domain/oauth_clients/rows.ts";
import type { Scope } from "../../../domain/scopes.ts";
import type { OrganizationState } from "../state.ts";
import { chargeIssue } from "./buckets.ts";
import { authenticatedClient } from "./clients.ts";
import { recordGrant } from "./record.ts";

/** The last use is noted no more often, so that a token is no disk write. */
const USED_RESOLUTION_MS = 3_600_000;

export interface ClientCredentials {
  proof: ClientProof;
  /** Null: everything the client has. */
  scopes: Scope[] | null;
  audience: string[];
  request_id: string;
}

/** A token for the client itself (RFC 6749, section 4.4): a confidential client of the organization's own, within its scopes. */
export function clientCredentials(state: OrganizationState, request: ClientCredentials, now: number): IssuedGrant {
  const client = authenticatedClient(state.core.db, request.proof, now);
  if (
    client.external === 1 ||
    client.token_endpoint_auth_method === "none" ||
    !(JSON.parse(client.grant_types) as string[]).includes("client_credentials")
  )
    throw new OAuthError("unauthorized_client", "This client may not use client credentials: it needs the grant type, and a way to prove itself");
  const allowed = scopesOf(client) ?? [];
  const beyond = request.scopes?.filter((scope) => !allowed.includes(scope)) ?? [];
  if (beyond.length > 0) throw new OAuthError("invalid_scope", `This client may not ask for ${formatScope(beyond)}; an admin can widen its scopes`);
  chargeIssue(state, client, null);
  return {
    grant_id: standingGrant(state, client, request, now),
    client_id: client.client_id,
    organization_id: state.organization().id,
    account_id: null,
    scopes: intersectScopes(request.scopes ?? allowed),
    openid_scopes: [],
    audience: request.audience,
    refresh_token: null,
    nonce: null,
    authenticated_at_ms: null,
    person: null,
  };
}

/** A client that acts for itself has one grant, made by its first token, so that a token costs no write. Once revoked, the next token makes another. */
function standingGrant(state: OrganizationState, client: OAuthClientRow, request: ClientCredentials, now: number): string {
  const { core } = state;
  const known = core.db.one<{ id: string; last_used_at: number | null }>(
    "SELECT id, last_used_at FROM oauth_grants WHERE oauth_client_id = ? AND account_id IS NULL AND revoked_at IS NULL ORDER BY created_at LIMIT 1",
    client.id,
  );
  if (known) {
    if ((known.last_used_at ?? 0) <= now - USED_RESOLUTION_MS) core.db.run("UPDATE oauth_grants SET last_used_at = ? WHERE id = ?", now, known.id);
    return known.id;
  }
  const id = typeidUnboxed("gra");
  core.db.run(
    "INSERT INTO oauth_grants (id, oauth_client_id, account_id, scopes, audience, created_at, last_used_at) VALUES (?, ?, NULL, ?, ?, ?, ?)",
    id,
    client.id,
    client.scopes ?? "[]",
    JSON.stringify(request.audience),
    now,
    now,
  );
  recordGrant(state, { id, oauth_client_id: client.id, account_id: null, scopes: scopesOf(client) ?? [] }, request.request_id, now);
  return id;
}
