import { typeidUnboxed } from "typeid-js";
import { OAuthError } from "../../../domain/oauth/errors.ts";
import type { ClientProof, PresentedSecret } from "../../../domain/oauth/exchange.ts";
import { withinAudience } from "../../../domain/oauth/resource.ts";
import { intersectScopes, type OpenIdScope } from "../../../domain/oauth/scope.ts";
import { REFRESH_TOKEN_TTL_MS } from "../../../domain/oauth/token.ts";
import { revokeGrant } from "../../../domain/oauth_grants/revoke_rows.ts";
import { scopesOf } from "../../../domain/oauth_clients/rows.ts";
import { ROLES, type Role } from "../../../domain/roles.ts";
import type { Scope } from "../../../domain/scopes.ts";
import type { Core } from "../../core/core.ts";
import { sameHash } from "../../secrets/routed_secret.ts";
import type { OrganizationState } from "../state.ts";
import { chargeIssue } from "./buckets.ts";
import { authenticatedClient } from "./clients.ts";
import { recordEndedGrant } from "./record.ts";
import type { Redeemed } from "./redeemed.ts";

export interface RefreshTokenRow {
  id: string;
  grant_id: string;
  secret_hash: string;
  openid_scopes: string;
  authenticated_at: number;
  created_at: number;
  expires_at: number;
  used_at: number | null;
}

interface GrantOfToken {
  id: string;
  oauth_client_id: string;
  account_id: string;
  scopes: string;
  audience: string;
  revoked_at: number | null;
  email: string;
  name: string;
  role: Role;
}

export interface Refresh {
  token: PresentedSecret;
  proof: ClientProof;
  /** Narrower than what was granted, or null for the same. */
  scopes: Scope[] | null;
  audience: string[] | null;
  base_url: string;
  request_id: string;
}

const REPLAYED = "refresh_token_replayed";

/** Writes a grant's next refresh token and returns its text. */
export function mintRefreshToken(
  core: Core,
  token: { grant_id: string; openid_scopes: OpenIdScope[]; authenticated_at_ms: number },
  now: number,
): string {
  const id = typeidUnboxed("rft");
  const { text, secret_hash } = core.vault.mintSecret("refresh_token", id);
  core.db.run(
    "INSERT INTO oauth_refresh_tokens (id, grant_id, secret_hash, openid_scopes, authenticated_at, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
    id,
    token.grant_id,
    secret_hash,
    JSON.stringify(token.openid_scopes),
    token.authenticated_at_ms,
    now,
    now + REFRESH_TOKEN_TTL_MS,
  );
  return text;
}

/** The row behind a presented refresh token, or undefined when there is none or the secret is another. */
export function findRefreshToken(core: Core, presented: PresentedSecret): RefreshTokenRow | undefined {
  const row = core.db.one<RefreshTokenRow>("SELECT * FROM oauth_refresh_tokens WHERE id = ?", presented.id);
  return row && sameHash(row.secret_hash, presented.secret_hash) ? row : undefined;
}

/**
 * Exchanges a refresh token for the next one (RFC 6749, section 6), in the caller's transaction. Each works once: one that comes again was stolen or is the thief's,
 * so its whole grant ends (RFC 9700, section 4.14.2).
 */
export function refresh(state: OrganizationState, request: Refresh, now: number): Redeemed {
  const { core } = state;
  const client = authenticatedClient(core.db, request.proof, now);
  const token = findRefreshToken(core, request.token);
  const grant =
    token &&
    core.db.one<GrantOfToken>(
      `SELECT g.id, g.oauth_client_id, g.account_id, g.scopes, g.audience, g.revoked_at, m.email, m.name, m.role
       FROM oauth_grants g JOIN members m ON m.account_id = g.account_id WHERE g.id = ?`,
      token.grant_id,
    );
  if (!token || !grant || grant.oauth_client_id !== client.id || grant.revoked_at !== null) throw invalidToken();
  if (token.used_at !== null) {
    if (revokeGrant(core.db, grant.id, REPLAYED, now))
      recordEndedGrant(state, { id: grant.id, oauth_client_id: client.id, account_id: grant.account_id }, REPLAYED, request.request_id, now);
    return { refused: invalidToken() };
  }
  if (token.expires_at <= now) throw invalidToken();
  const granted = JSON.parse(grant.scopes) as Scope[];
  if (request.scopes?.some((scope) => !granted.includes(scope)))
    throw new OAuthError("invalid_scope", "A refresh can only narrow the scopes; ask for more with a new authorization");
  const granted_audience = JSON.parse(grant.audience) as string[];
  const audience = request.audience ?? granted_audience;
  if (!withinAudience(audience, granted_audience, request.base_url))
    throw new OAuthError("invalid_target", "The resource is not one that was authorized");
  chargeIssue(state, client, grant.account_id);
  core.db.run("UPDATE oauth_refresh_tokens SET used_at = ? WHERE id = ?", now, token.id);
  core.db.run("UPDATE oauth_grants SET last_used_at = ?, expires_at = ? WHERE id = ?", now, now + REFRESH_TOKEN_TTL_MS, grant.id);
  const openid_scopes = JSON.parse(token.openid_scopes) as OpenIdScope[];
  return {
    grant_id: grant.id,
    client_id: client.client_id,
    organization_id: state.organization().id,
    account_id: grant.account_id,
    // What the client or the member's role has lost since is gone from new tokens too.
    scopes: intersectScopes(request.scopes ?? granted, scopesOf(client), ROLES[grant.role]),
    openid_scopes,
    audience,
    refresh_token: mintRefreshToken(core, { grant_id: grant.id, openid_scopes, authenticated_at_ms: token.authenticated_at }, now),
    nonce: null,
    authenticated_at_ms: token.authenticated_at,
    person: { email: grant.email, name: grant.name },
  };
}

function invalidToken(): OAuthError {
  return new OAuthError("invalid_grant", "The refresh token is unknown, expired, was used already, revoked, or belongs to another client");
}
