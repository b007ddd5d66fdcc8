import * as z from "zod";
import { readPoints } from "../../insights/figures/points.ts";
import { METRIC_DEFINITIONS } from "../../insights/metrics.ts";
import { daysIn, rangeInput, resolveRange, type DayRange } from "../../insights/range.ts";
import { formatDecimal } from "../../money.ts";
import { dateOfDay } from "../../time.ts";
import type { Source, SourceContext } from "../column.ts";

export const InsightsFilter = z.strictObject(rangeInput);

/** Daily figures, one row for each day of the range, from the rollups. The row number is the day's place in the range. */
export const insightSource: Source = {
  columns: [
    { name: "date", type: "string" },
    { name: "interactions", type: "integer" },
    { name: "sessions", type: "integer" },
    { name: "visitors", type: "integer" },
    { name: "orders", type: "integer" },
    { name: "revenue", type: "string" },
    { name: "currency", type: "string" },
    { name: "conversion_rate", type: "number" },
    { name: "cart_abandonment_rate", type: "number" },
  ],

  lastRow: () => Number.MAX_SAFE_INTEGER,
  count: (ctx, filter) => daysIn(rangeOf(ctx, filter)),

  page(ctx, filter, after, _last_row, limit) {
    const whole = rangeOf(ctx, filter);
    const from_day = whole.from_day + after;
    const range: DayRange = { from_day, to_day: Math.min(whole.to_day, from_day + limit - 1) };
    const { currency } = ctx.organization;
    const rows = readPoints(ctx, range, "day").map(({ totals }, index) => [
      dateOfDay(from_day + index),
      totals.interactions,
      totals.sessions,
      totals.visitors,
      totals.orders,
      formatDecimal(METRIC_DEFINITIONS.revenue.of(totals) ?? 0, currency),
      currency,
      METRIC_DEFINITIONS.conversion_rate.of(totals),
      METRIC_DEFINITIONS.cart_abandonment_rate.of(totals),
    ]);
    return { rows, cursor: range.to_day < whole.to_day ? after + limit : null };
  },
};

function rangeOf(ctx: SourceContext, filter: Record<string, unknown>): DayRange {
  return resolveRange(ctx, InsightsFilter.parse(filter));
}
