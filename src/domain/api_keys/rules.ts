import type * as z from "zod";
import type { OperationContext } from "../context.ts";
import { checkHeld, checkLimits } from "../credential_rules.ts";
import { invalid } from "../errors.ts";
import { PUBLISHABLE_SCOPES, type Scope } from "../scopes.ts";
import type { ApiKeySettings } from "./api_key.ts";
import type { ApiKeyRow } from "./rows.ts";

type Settings = z.output<typeof ApiKeySettings>;

/** What a test key cannot hold: who may do what is managed with live credentials. */
const LIVE_SCOPES = /^(?:api_keys|members|oauth_clients):|^organizations:(?:write|delete)$/;

/** Refuses what this caller may not give to a key of this kind: more scopes than it has, a better tier or limit, an expiry in the past. */
export function checkSettings(
  ctx: OperationContext,
  settings: Partial<Settings>,
  kind: { environment: "live" | "test"; publishable: boolean },
): void {
  if (settings.scopes) checkScopes(ctx, settings.scopes, kind);
  if (settings.expires_at != null && Date.parse(settings.expires_at) <= ctx.now) throw invalid("expires_at", "a time in the future");
  checkLimits(ctx, settings);
}

function checkScopes(ctx: OperationContext, scopes: readonly Scope[], kind: { environment: "live" | "test"; publishable: boolean }): void {
  checkHeld(ctx, scopes);
  if (kind.publishable && scopes.some((scope) => !PUBLISHABLE_SCOPES.includes(scope))) {
    throw invalid("scopes", `only ${PUBLISHABLE_SCOPES.join(", ")} for a publishable key, which anybody can read in your page`);
  }
  const live = kind.environment === "test" ? scopes.find((scope) => LIVE_SCOPES.test(scope)) : undefined;
  if (live !== undefined)
    throw invalid("scopes", `no ${live} for a test key: keys, people, applications and organizations are managed with a live credential`);
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
