import type * as z from "zod";
import type { OperationContext } from "../context.ts";
import { OperationError, invalid } from "../errors.ts";
import { PUBLISHABLE_SCOPES, type Scope } from "../scopes.ts";
import { effectiveLimits, type RateLimitOverride, type Tier } from "../tiers.ts";
import type { ApiKeySettings } from "./api_key.ts";
import type { ApiKeyRow } from "./rows.ts";

type Settings = z.output<typeof ApiKeySettings>;

/** Refuses what this caller may not give to a key of this kind: more scopes than it has, a better tier or limit, an expiry in the past. */
export function checkSettings(
  ctx: OperationContext,
  settings: Partial<Settings>,
  kind: { environment: "live" | "test"; publishable: boolean },
): void {
  if (settings.scopes) checkScopes(ctx, settings.scopes, kind);
  if (settings.expires_at != null && Date.parse(settings.expires_at) <= ctx.now) throw invalid("expires_at", "a time in the future");
  if (ctx.principal.kind === "operator") return;
  if (settings.tier !== undefined)
    throw new OperationError("FORBIDDEN", "Only the operator can set a key's tier", { field: "tier", required_scope: "operator" });
  if (settings.rate_limit) checkOverride(settings.rate_limit, ctx.organization.tier, ctx.organization.rate_limit);
}

function checkScopes(ctx: OperationContext, scopes: readonly Scope[], kind: { environment: "live" | "test"; publishable: boolean }): void {
  const held = ctx.principal.scopes;
  const beyond = held === "all" ? undefined : scopes.find((scope) => !held.includes(scope));
  if (beyond)
    throw new OperationError("FORBIDDEN", `A key cannot give away the scope ${beyond}, which it lacks itself`, {
      field: "scopes",
      required_scope: beyond,
    });
  if (kind.publishable && scopes.some((scope) => !PUBLISHABLE_SCOPES.includes(scope))) {
    throw invalid("scopes", `only ${PUBLISHABLE_SCOPES.join(", ")} for a publishable key, which anybody can read in your page`);
  }
  if (kind.environment === "test" && scopes.some((scope) => scope.startsWith("api_keys:") || scope === "organizations:write")) {
    throw invalid("scopes", "no api_keys:* and no organizations:write for a test key: keys and organizations are managed with a live key");
  }
}

function checkOverride(override: RateLimitOverride, tier: Tier, contract: RateLimitOverride | null): void {
  const ceiling = effectiveLimits(tier, contract);
  for (const window of ["per_minute", "per_day"] as const) {
    const wanted = override[window];
    const most = ceiling[window];
    if (wanted != null && most !== null && wanted > most) {
      throw new OperationError("FORBIDDEN", `Only the operator can set more than the organization's ${most}`, {
        field: `rate_limit.${window}`,
        maximum: most,
      });
    }
  }
}

/** The columns that these settings change. */
export function settingsColumns(settings: Partial<Settings>): Partial<ApiKeyRow> {
  const columns: Partial<ApiKeyRow> = {};
  if (settings.name !== undefined) columns.name = settings.name;
  if (settings.scopes !== undefined) columns.scopes = JSON.stringify([...new Set(settings.scopes)].toSorted());
  if (settings.tier !== undefined) columns.tier = settings.tier;
  if (settings.rate_limit !== undefined) columns.rate_limit = settings.rate_limit && JSON.stringify(settings.rate_limit);
  if (settings.expires_at !== undefined) columns.expires_at = settings.expires_at === null ? null : Date.parse(settings.expires_at);
  if (settings.allowed_ips !== undefined) columns.allowed_ips = settings.allowed_ips && JSON.stringify(settings.allowed_ips);
  return columns;
}
