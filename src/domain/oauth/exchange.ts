import type { Scope } from "../scopes.ts";
import type { AuthMethod } from "./client.ts";
import type { OAuthFailure } from "./errors.ts";
import type { OpenIdScope } from "./scope.ts";

/** How a client proved itself at an endpoint of ours, as far as the edge could check it; secrets and used assertions are judged beside the client's row. */
export interface ClientProof {
  client_id: string;
  method: AuthMethod;
  /** SHA-256 of the presented secret, hex. */
  secret_hash: string | null;
  /** A client assertion whose signature and claims hold (RFC 7523): it must not be used again. */
  assertion: { id: string; expires_at_ms: number } | null;
}

/** Where a presented code, token or invitation leads: its object's id and the hash of the whole text. */
export interface PresentedSecret {
  id: string;
  secret_hash: string;
}

/** What a person allowed: becomes a code. */
export interface Approval {
  account_id: string;
  redirect_uri: string;
  /** Where the answer goes, if consent is to be remembered for it: see `formTargetOf`. */
  target: string | null;
  code_challenge: string;
  scopes: Scope[];
  openid_scopes: OpenIdScope[];
  audience: string[];
  nonce: string | null;
  authenticated_at_ms: number;
  request_id: string;
}

/** What tokens are made of once a code, a refresh token or a client's own proof was accepted. */
export interface IssuedGrant {
  grant_id: string;
  client_id: string;
  organization_id: string;
  account_id: string | null;
  scopes: Scope[];
  openid_scopes: OpenIdScope[];
  audience: string[];
  refresh_token: string | null;
  nonce: string | null;
  authenticated_at_ms: number | null;
  /** Facts for an id_token, as far as they were consented to. */
  person: { email: string; name: string } | null;
}

export type Exchanged = { ok: true; grant: IssuedGrant } | { ok: false; failure: OAuthFailure };

/** What introspection says of an active token (RFC 7662, section 2.2). */
export interface Introspection {
  client_id: string;
  account_id: string | null;
  email: string | null;
  scopes: Scope[];
  openid_scopes: OpenIdScope[];
  audience: string[];
  issued_at_ms: number;
  expires_at_ms: number | null;
}

/** The organization's part of it for an access token, which says the rest itself. */
export type AccessTokenIntrospection = Omit<Introspection, "openid_scopes" | "audience" | "issued_at_ms">;
