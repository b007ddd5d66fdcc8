import { OAuthError } from "../../../domain/oauth/errors.ts";
import type { OAuthClientRow } from "../../../domain/oauth_clients/rows.ts";
import { effectiveLimits, type RateLimitOverride, type RateLimits, type Tier } from "../../../domain/tiers.ts";
import type { OrganizationState } from "../state.ts";

/** What decides which bucket a client's requests come out of, and how large it is. */
export interface BucketFacts {
  oauth_client_id: string;
  external: boolean;
  account_id: string | null;
  tier: Tier | null;
  rate_limit: RateLimitOverride | null;
}

/** The bucket of what one member does in ways that have none of their own. */
export function memberBucketId(account_id: string): string {
  return `member ${account_id}`;
}

/**
 * An organization's client has a bucket of its own, as a key has. Clients from elsewhere, of which a member can let in as many as they like, share one bucket for each
 * member, unless the organization gave the client a tier or limit of its own.
 */
export function bucketIdOf({ oauth_client_id, external, account_id, tier, rate_limit }: BucketFacts): string {
  return external && account_id !== null && tier === null && rate_limit === null ? memberBucketId(account_id) : oauth_client_id;
}

export function limitsOf(
  { tier, rate_limit }: Pick<BucketFacts, "tier" | "rate_limit">,
  organization: { tier: Tier; rate_limit: RateLimitOverride | null },
): RateLimits {
  return effectiveLimits(tier ?? organization.tier, rate_limit, organization.rate_limit);
}

/**
 * Takes what one issue of a code or of tokens costs from the bucket that the client's requests use. Throws slow_down. In a transaction it comes after every check, so that
 * nothing rolls back what was charged.
 */
export function chargeIssue(state: OrganizationState, client: OAuthClientRow, account_id: string | null): void {
  const facts: BucketFacts = {
    oauth_client_id: client.id,
    external: client.external === 1,
    account_id,
    tier: client.tier,
    rate_limit: client.rate_limit === null ? null : (JSON.parse(client.rate_limit) as RateLimitOverride),
  };
  const { admitted, retry_after_s } = state.core.limiter.charge(bucketIdOf(facts), limitsOf(facts, state.organization()), 1);
  if (!admitted) throw new OAuthError("slow_down", `Request budget used up; retry in ${retry_after_s ?? 60} seconds`, retry_after_s ?? 60);
}
