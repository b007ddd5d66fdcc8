import type { Database } from "../../../domain/database.ts";
import { readClientId, type JsonWebKeySet, type OAuthClient } from "../../../domain/oauth/client.ts";
import { invalidClient, OAuthError } from "../../../domain/oauth/errors.ts";
import type { ClientProof } from "../../../domain/oauth/exchange.ts";
import { clientFacts, type OAuthClientRow } from "../../../domain/oauth_clients/rows.ts";
import { spend } from "../../core/spent_ids.ts";
import { sameHash } from "../../secrets/routed_secret.ts";

export function findClient(db: Database, client_id: string): OAuthClientRow | undefined {
  return db.one<OAuthClientRow>("SELECT * FROM oauth_clients WHERE client_id = ?", client_id);
}

/** An own client as the endpoints need it. */
export function describeClient(row: OAuthClientRow, organization_id: string): OAuthClient {
  return {
    ...clientFacts(row),
    organization_id,
    jwks: row.jwks === null ? null : (JSON.parse(row.jwks) as JsonWebKeySet),
    verified_by: "organization",
  };
}

/** Notes a client from elsewhere that a member is about to let in, or what has changed about it since. Returns its row. */
export function noteExternalClient(db: Database, client: OAuthClient, new_id: () => string, now: number): OAuthClientRow {
  db.run(
    `INSERT INTO oauth_clients (id, client_id, external, name, client_uri, token_endpoint_auth_method, redirect_uris, grant_types, scopes, created_at, updated_at, version)
     VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, 1)
     ON CONFLICT (client_id) DO UPDATE SET name = excluded.name, client_uri = excluded.client_uri, token_endpoint_auth_method = excluded.token_endpoint_auth_method,
       redirect_uris = excluded.redirect_uris, grant_types = excluded.grant_types, scopes = excluded.scopes`,
    new_id(),
    client.client_id,
    client.name,
    client.client_uri,
    client.token_endpoint_auth_method,
    JSON.stringify(client.redirect_uris),
    JSON.stringify(client.grant_types),
    client.scopes && JSON.stringify(client.scopes),
    now,
    now,
  );
  return findClient(db, client.client_id)!;
}

/**
 * The row of the client that proved itself, or invalid_client, the same for every reason (RFC 6749, section 5.2). An own client's secret is judged here; a client
 * from elsewhere was judged by its own actor before, and only what it was granted can be missing.
 */
export function authenticatedClient(db: Database, proof: ClientProof, now: number): OAuthClientRow {
  const row = findClient(db, proof.client_id);
  if (!row && readClientId(proof.client_id)?.kind !== "organization") throw new OAuthError("invalid_grant", "The client was let in nowhere here");
  if (!row || (row.external === 0 && !proves(row, proof, now))) throw invalidClient();
  // Only who has proved to be this client learns that it is suspended.
  if (row.suspended_at !== null) throw new OAuthError("invalid_client", "The organization has suspended this application; ask one of its admins");
  return row;
}

/**
 * Uses up the assertion by which an own client proves itself. In a transaction of its own, before what it is for: whatever becomes of the request, the assertion does not work
 * again (RFC 7523, section 3).
 */
export function spendAssertion(db: Database, { client_id, assertion }: ClientProof): void {
  if (assertion === null || readClientId(client_id)?.kind !== "organization") return;
  if (!spend(db, `assertion ${client_id}`, assertion.id, assertion.expires_at_ms)) throw invalidClient();
}

function proves(row: OAuthClientRow, proof: ClientProof, now: number): boolean {
  switch (row.token_endpoint_auth_method) {
    case "none":
      return proof.method === "none";
    case "private_key_jwt":
      return proof.assertion !== null;
    default:
      // A client that registered one way of sending its secret may use the other: libraries differ in what they do by default.
      return proof.secret_hash !== null && secretFits(row, proof.secret_hash, now);
  }
}

function secretFits(row: OAuthClientRow, secret_hash: string, now: number): boolean {
  if (row.secret_hash !== null && sameHash(row.secret_hash, secret_hash)) return true;
  const in_overlap = row.previous_secret_hash !== null && row.previous_expires_at !== null && row.previous_expires_at > now;
  return in_overlap && sameHash(row.previous_secret_hash!, secret_hash);
}
