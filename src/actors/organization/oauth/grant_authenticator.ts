import type { Database } from "../../../domain/database.ts";
import type { Failure } from "../../../domain/errors.ts";
import { intersectScopes } from "../../../domain/oauth/scope.ts";
import type { Organization } from "../../../domain/organizations/organization.ts";
import type { AccessTokenCredential, Principal } from "../../../domain/principal.ts";
import { ROLES, type Role } from "../../../domain/roles.ts";
import type { Scope } from "../../../domain/scopes.ts";
import type { RateLimitOverride, RateLimits, Tier } from "../../../domain/tiers.ts";
import { BoundedMap } from "../../../domain/bounded_map.ts";
import { isSpent } from "../../core/spent_ids.ts";
import { bucketIdOf, limitsOf, type BucketFacts } from "./buckets.ts";

export const SPENT_TOKEN = "access_token";
const KNOWN_MAX = 5_000;

type OAuthPrincipal = Extract<Principal, { kind: "oauth_client" }>;

/** A token that was accepted and what bounds it. */
export interface TokenGrant {
  principal: OAuthPrincipal;
  limits: RateLimits;
  bucket_id: string;
}

interface GrantRow {
  oauth_client_id: string;
  client_id: string;
  external: number;
  account_id: string | null;
  grant_scopes: string;
  client_scopes: string | null;
  tier: Tier | null;
  rate_limit: string | null;
  suspended_at: number | null;
  role: Role | null;
}

interface KnownGrant extends BucketFacts {
  client_id: string;
  suspended: boolean;
  /** What grant, client and the member's role all have. */
  scopes: Scope[];
}

/**
 * Decides on access tokens by the actor's own rows, kept in memory until one changes: a revoked grant, a removed member or a suspended client is refused from the next
 * request on, whatever the token says, and a role's or a client's lost scopes are lost at once.
 */
export class GrantAuthenticator {
  private readonly known = new BoundedMap<string, KnownGrant | null>(KNOWN_MAX);
  private readonly spent = new BoundedMap<string, boolean>(KNOWN_MAX);

  constructor(private readonly db: Database) {}

  /** One message for every reason but suspension: a refusal tells nothing about what exists. */
  authenticate(token: AccessTokenCredential, organization: Organization, now: number): TokenGrant | { failure: Failure } {
    const grant = this.find(token.grant_id);
    const holds =
      grant !== null &&
      token.expires_at_ms > now &&
      token.organization_id === organization.id &&
      grant.client_id === token.client_id &&
      grant.account_id === token.account_id &&
      !this.isRevoked(token.token_id);
    if (!holds) {
      return {
        failure: {
          code: "UNAUTHENTICATED",
          message: "This access token is not valid, has expired or was revoked; refresh it or sign in again",
          details: {},
        },
      };
    }
    // Whoever holds a token that was good may know why it is not now, since refreshing it or signing in again would not help.
    if (grant.suspended) {
      const message = "The organization has suspended this application; ask one of its admins";
      return { failure: { code: "FORBIDDEN", message, details: { oauth_client_id: grant.oauth_client_id } } };
    }
    const scopes = intersectScopes(token.scopes, grant.scopes);
    return {
      principal: { kind: "oauth_client", id: grant.oauth_client_id, account_id: grant.account_id, grant_id: token.grant_id, scopes },
      limits: limitsOf(grant, organization),
      bucket_id: bucketIdOf(grant),
    };
  }

  /** Forgets what is cached, after any change of members, clients, grants or tokens. */
  invalidate(): void {
    this.known.clear();
    this.spent.clear();
  }

  private find(id: string): KnownGrant | null {
    let grant = this.known.get(id);
    if (grant === undefined) {
      const row = this.db.one<GrantRow>(
        `SELECT g.oauth_client_id, c.client_id, c.external, g.account_id, g.scopes AS grant_scopes, c.scopes AS client_scopes, c.tier, c.rate_limit, c.suspended_at, m.role
         FROM oauth_grants g JOIN oauth_clients c ON c.id = g.oauth_client_id LEFT JOIN members m ON m.account_id = g.account_id
         WHERE g.id = ? AND g.revoked_at IS NULL AND (g.account_id IS NULL OR m.role IS NOT NULL)`,
        id,
      );
      grant = row ? toKnown(row) : null;
      this.known.set(id, grant);
    }
    return grant;
  }

  private isRevoked(token_id: string): boolean {
    let revoked = this.spent.get(token_id);
    if (revoked === undefined) {
      revoked = isSpent(this.db, SPENT_TOKEN, token_id);
      this.spent.set(token_id, revoked);
    }
    return revoked;
  }
}

/** A client that acts for itself is bound by its own scopes as they are now; what its grant held at first does not matter. */
function toKnown(row: GrantRow): KnownGrant {
  const client_scopes = row.client_scopes === null ? null : (JSON.parse(row.client_scopes) as Scope[]);
  const grant_scopes = row.account_id === null ? null : (JSON.parse(row.grant_scopes) as Scope[]);
  return {
    oauth_client_id: row.oauth_client_id,
    client_id: row.client_id,
    external: row.external === 1,
    account_id: row.account_id,
    suspended: row.suspended_at !== null,
    scopes: intersectScopes(client_scopes, grant_scopes, row.role && ROLES[row.role]),
    tier: row.tier,
    rate_limit: row.rate_limit === null ? null : (JSON.parse(row.rate_limit) as RateLimitOverride),
  };
}
