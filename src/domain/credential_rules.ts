import type { OperationContext } from "./context.ts";
import { OperationError } from "./errors.ts";
import type { Principal } from "./principal.ts";
import type { Scope } from "./scopes.ts";
import { effectiveLimits, type RateLimitOverride, type Tier } from "./tiers.ts";

/** The first of these scopes that the caller lacks. */
export function lackedScope(principal: Principal, scopes: readonly Scope[]): Scope | undefined {
  const held = principal.scopes;
  return held === "all" ? undefined : scopes.find((scope) => !held.includes(scope));
}

/** Refuses to give a credential more scopes than its maker has. */
export function checkHeld(ctx: OperationContext, scopes: readonly Scope[]): void {
  const lacked = lackedScope(ctx.principal, scopes);
  if (lacked)
    throw new OperationError("FORBIDDEN", `A credential cannot give away the scope ${lacked}, which it lacks itself`, {
      field: "scopes",
      required_scope: lacked,
    });
}

/** Refuses a credential a tier of its own, or more than its organization has, to everybody but the operator. */
export function checkLimits(ctx: OperationContext, settings: { tier?: Tier | null; rate_limit?: RateLimitOverride | null }): void {
  if (ctx.principal.kind === "operator") return;
  if (settings.tier !== undefined)
    throw new OperationError("FORBIDDEN", "Only the operator can set a credential's tier", { field: "tier", required_scope: "operator" });
  if (settings.rate_limit) checkOverride(settings.rate_limit, ctx.organization.tier, ctx.organization.rate_limit);
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
