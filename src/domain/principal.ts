import type { Scope } from "./scopes.ts";

/** Who calls, as the actor resolved it; what handlers and the audit log see. */
export type Principal =
  | { kind: "operator"; id: "operator"; scopes: "all" }
  | { kind: "api_key"; id: string; scopes: Scope[]; environment: "live" | "test"; publishable: boolean }
  /** An application with an access token: `id` is the client's at this organization, and `account_id` the member it acts for, null where it acts for itself. */
  | { kind: "oauth_client"; id: string; account_id: string | null; grant_id: string; scopes: Scope[] }
  /** A person on their own account's pages, with what their role may do. */
  | { kind: "account"; id: string; scopes: Scope[] };

/** What the edge knows of a caller before any look-up; the actor turns it into a Principal or refuses. */
export type Credential =
  | { kind: "operator" }
  | { kind: "api_key"; organization_id: string; key_id: string; environment: "live" | "test"; secret_hash: string }
  | AccessTokenCredential;

/** A JWT access token whose signature, issuer, audience and times the edge has checked. */
export interface AccessTokenCredential {
  kind: "access_token";
  organization_id: string;
  grant_id: string;
  /** The OAuth client_id. */
  client_id: string;
  /** Null for a client that acts for itself (client credentials). */
  account_id: string | null;
  scopes: readonly Scope[];
  token_id: string;
  expires_at_ms: number;
}

/** Whether the principal may see or do what this scope permits. */
export function holdsScope({ scopes }: Principal, scope: Scope): boolean {
  return scopes === "all" || scopes.includes(scope);
}

/** Whose something is that nobody else learns of (an MCP session, a call, a consent): a key's, or a client's for one member. */
export function ownerOf(principal: Principal): string {
  return `${principal.kind} ${idempotencyOwner(principal)}`;
}

/** The owner of idempotency keys: members who use one application do not see each other's answers. */
export function idempotencyOwner(principal: Principal): string {
  return principal.kind === "oauth_client" && principal.account_id !== null ? `${principal.id}/${principal.account_id}` : principal.id;
}
