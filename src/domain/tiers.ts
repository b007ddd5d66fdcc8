import * as z from "zod";

/** Requests per minute and per day; null means the tier itself sets no bound. */
export interface RateLimits {
  per_minute: number | null;
  per_day: number | null;
}

export const TIERS = {
  free: { per_minute: 60, per_day: 1_000 },
  starter: { per_minute: 300, per_day: 50_000 },
  professional: { per_minute: 1_000, per_day: 500_000 },
  /** Per contract: the organization's `rate_limit` or a key's override gives the figures. */
  enterprise: { per_minute: null, per_day: null },
} as const satisfies Record<string, RateLimits>;

export type Tier = keyof typeof TIERS;

export const Tier = z.enum(Object.keys(TIERS) as [Tier, ...Tier[]]);

/** A contract's or a key's own bounds; a bound left out or null falls back to the tier's. */
export const RateLimitOverride = z
  .strictObject({
    per_minute: z.int().min(1).max(10_000_000).nullish(),
    per_day: z.int().min(1).max(10_000_000_000).nullish(),
  })
  .describe("Overrides the tier's limits");
export type RateLimitOverride = z.infer<typeof RateLimitOverride>;

/** The bounds in force: the key's own, else the organization's contract, else the tier's. */
export function effectiveLimits(tier: Tier, ...overrides: (RateLimitOverride | null | undefined)[]): RateLimits {
  const limits: RateLimits = { ...TIERS[tier] };
  for (const override of overrides.toReversed()) {
    if (override?.per_minute != null) limits.per_minute = override.per_minute;
    if (override?.per_day != null) limits.per_day = override.per_day;
  }
  return limits;
}
