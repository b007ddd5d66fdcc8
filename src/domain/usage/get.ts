import * as z from "zod";
import { invalid } from "../errors.ts";
import { defineOperation } from "../operation.ts";
import { ApiKeyId } from "../api_keys/api_key.ts";
import type { ApiKeyRow } from "../api_keys/rows.ts";
import type { OperationContext } from "../context.ts";
import { OAuthClientId } from "../oauth_clients/oauth_client.ts";
import type { OAuthClientRow } from "../oauth_clients/rows.ts";
import type { LimitState } from "../rate_limit.ts";
import type { RateLimitOverride } from "../tiers.ts";
import { effectiveLimits } from "../tiers.ts";
import { DAY_MS, dateOfDay, dayOfDate } from "../time.ts";

const DAYS_MAX = 400;
const DAYS_DEFAULT = 30;
const ROWS_MAX = 20_000;

const UtcDate = z.iso.date({ error: "ISO 8601 format" }).describe("UTC date, YYYY-MM-DD");

const WindowUse = z
  .strictObject({
    limit: z.int().max(1e15),
    remaining: z.int().max(1e15),
    reset_s: z.int().describe("Seconds until use begins to leave the window"),
  })
  .nullable()
  .describe("Null where nothing bounds this window");

const UsageReport = z
  .strictObject({
    date_from: z.string(),
    date_to: z.string(),
    totals: z.strictObject({ calls: z.int().max(1e15), errors: z.int().max(1e15), cost: z.int().max(1e15) }),
    usage: z
      .array(
        z.strictObject({
          date: z.string(),
          credential: z.string().describe("API key id, OAuth client id, or operator"),
          protocol: z.string().describe("rest/v1, rest/v2, …: who still calls v1"),
          operation: z.string(),
          calls: z.int().max(1e15),
          errors: z.int().max(1e15),
          cost: z.int().max(1e15).describe("Taken from the rate-limit bucket"),
        }),
      )
      .describe("Per UTC day, credential, protocol and operation"),
    limits: z
      .array(z.strictObject({ api_key_id: ApiKeyId, name: z.string(), minute: WindowUse, day: WindowUse }))
      .describe("What remains now, for each live key that is not revoked; a test key's bucket is the sandbox's own"),
    oauth_client_limits: z
      .array(z.strictObject({ oauth_client_id: OAuthClientId, name: z.string(), minute: WindowUse, day: WindowUse }))
      .describe("What remains now, for each OAuth client that has a bucket of its own and is not suspended; whoever it acts for"),
    own_limit: z
      .strictObject({ minute: WindowUse, day: WindowUse })
      .nullable()
      .describe("What remains now for the credential that asks; null for the operator, whom nothing bounds"),
  })
  .meta({ id: "UsageReport" });

export const getUsage = defineOperation({
  name: "usage.get",
  summary: "See use and what remains of the limits",
  description: `Calls, errors and cost per UTC day, credential, protocol and operation, and what each key and OAuth client has left now. At most ${DAYS_MAX} days and ${ROWS_MAX} entries; default the last ${DAYS_DEFAULT} days.`,
  effect: "read",
  scope: "usage:read",
  cost: 1,
  input: z.strictObject({
    date_from: UtcDate.optional(),
    date_to: UtcDate.optional(),
    api_key_id: ApiKeyId.optional().describe("Only this key"),
    oauth_client_id: OAuthClientId.optional().describe("Only this OAuth client"),
  }),
  output: UsageReport,
  errors: [],
  examples: [{ title: "One day", input: { date_from: "2026-11-01", date_to: "2026-11-01" } }],
  rest: { method: "get", path: "/usage" },
  handle(ctx, input) {
    const last_day = input.date_to ? dayOfDate(input.date_to) : Math.floor(ctx.now / DAY_MS);
    const first_day = input.date_from ? dayOfDate(input.date_from) : last_day - DAYS_DEFAULT + 1;
    if (first_day > last_day) throw invalid("date_from", "a date on or before date_to");
    if (last_day - first_day >= DAYS_MAX) throw invalid("date_from", `at most ${DAYS_MAX} days before date_to`);
    if (input.api_key_id !== undefined && input.oauth_client_id !== undefined)
      throw invalid("oauth_client_id", "api_key_id or oauth_client_id, not both");
    const credential = input.api_key_id ?? input.oauth_client_id ?? null;
    ctx.limits.flushUsage();
    const rows = ctx.db.all<{ day: number; credential: string; protocol: string; operation: string; calls: number; errors: number; cost: number }>(
      `SELECT day, credential, protocol, operation, calls, errors, cost FROM usage_daily
       WHERE day BETWEEN ? AND ? AND (?3 IS NULL OR credential = ?3) ORDER BY day, credential, protocol, operation LIMIT ?4`,
      first_day,
      last_day,
      credential,
      ROWS_MAX + 1,
    );
    if (rows.length > ROWS_MAX) throw invalid("date_from", `a shorter range or a single credential: at most ${ROWS_MAX} entries`);
    const keys = ctx.db.all<ApiKeyRow>(
      "SELECT * FROM api_keys WHERE environment = 'live' AND revoked_at IS NULL AND (?1 IS NULL OR id = ?1) ORDER BY created_at",
      credential,
    );
    const clients = ctx.db.all<OAuthClientRow>(
      `SELECT * FROM oauth_clients WHERE suspended_at IS NULL AND (external = 0 OR tier IS NOT NULL OR rate_limit IS NOT NULL) AND (?1 IS NULL OR id = ?1)
       ORDER BY created_at`,
      credential,
    );
    const own = ctx.limits.peekOwn();
    return {
      date_from: dateOfDay(first_day),
      date_to: dateOfDay(last_day),
      totals: {
        calls: rows.reduce((sum, row) => sum + row.calls, 0),
        errors: rows.reduce((sum, row) => sum + row.errors, 0),
        cost: rows.reduce((sum, row) => sum + row.cost, 0),
      },
      usage: rows.map(({ day, ...row }) => ({ date: dateOfDay(day), ...row })),
      limits: keys.map((key) => ({ api_key_id: key.id, name: key.name, ...remaining(ctx, key) })),
      oauth_client_limits: clients.map((client) => ({ oauth_client_id: client.id, name: client.name, ...remaining(ctx, client) })),
      own_limit: own && { minute: own.minute, day: own.day },
    };
  },
});

/** What a credential's bucket has left. */
function remaining(ctx: OperationContext, credential: ApiKeyRow | OAuthClientRow): Pick<LimitState, "minute" | "day"> {
  const override = credential.rate_limit === null ? null : (JSON.parse(credential.rate_limit) as RateLimitOverride);
  const limits = effectiveLimits(credential.tier ?? ctx.organization.tier, override, ctx.organization.rate_limit);
  const { minute, day } = ctx.limits.peek(credential.id, limits);
  return { minute, day };
}
