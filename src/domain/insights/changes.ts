import * as z from "zod";
import { lazily, once } from "../lazy.ts";
import { defineOperation } from "../operation.ts";
import { holdsScope } from "../principal.ts";
import { changeFindings } from "./changes_findings.ts";
import { comparisonHeader, comparisonInput, comparisonShape, readComparison, resolveComparison } from "./compared_range.ts";
import { DECOMPOSITION_METHOD, RevenueDecomposition, decomposeRevenue } from "./decomposition.ts";
import { DRIVERS_LIMIT_MAX, DimensionDrivers, readDrivers, toDrivers } from "./drivers.ts";
import { ANOMALY_METRICS, findAnomalies, strongestFirst, type AnomalousDay } from "./figures/anomalies.ts";
import { MOVER_DIMENSIONS } from "./figures/mover_metrics.ts";
import { readTotals } from "./figures/totals.ts";
import { FINDINGS_MAX, comparability, sayFindings } from "./findings.ts";
import { MetricComparison, compareMetric } from "./metric_comparison.ts";
import { METRICS, METRIC_DEFINITIONS } from "./metrics.ts";
import { readTrouble } from "./trouble_findings.ts";
import { UnusualDay, toUnusualDay } from "./unusual_day.ts";

const UNUSUAL_DAYS_LISTED = 5;

const ChangesInsight = z
  .strictObject({
    ...comparisonShape,
    findings: z.array(z.string()).max(FINDINGS_MAX).describe("What a person would say first, with the figures: the weightiest sentence first"),
    metrics: z.array(MetricComparison).max(METRICS.length).describe("Every key figure in both ranges"),
    revenue_change: RevenueDecomposition.nullable().describe(`${DECOMPOSITION_METHOD} Null where a range has orders but no session`),
    drivers: z.array(DimensionDrivers).max(MOVER_DIMENSIONS.length).describe("For each dimension that has data, the values that moved most"),
    total_unusual_days: z.int().describe("All that were found, listed or not: one for each day and metric"),
    unusual_days: z
      .array(UnusualDay)
      .max(UNUSUAL_DAYS_LISTED)
      .describe("Days of the range that do not fit their weekday, strongest first; what may be chance last"),
    total_previous_unusual_days: z.int().describe("The same of the days compared with"),
    previous_unusual_days: z
      .array(UnusualDay)
      .max(UNUSUAL_DAYS_LISTED)
      .describe("Unusual days of those compared with: a change against them may be theirs, not this range's"),
  })
  .meta({ id: "ChangesInsight" });

export const changesInsight = defineOperation({
  name: "insights.changes",
  summary: "What changed, and why",
  description:
    "One range of days against another: the key figures, what the change in revenue is made of (sessions, conversion, order value, refunds), the sources, " +
    "campaigns, products, events and friction signals behind it, unusual days, and the findings in plain sentences. Parts and shares add up. " +
    "The same data gives the same answer.",
  effect: "read",
  scope: "insights:read",
  cost: 3,
  input: z.strictObject({
    ...comparisonInput,
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(DRIVERS_LIMIT_MAX)
      .default(5)
      .describe(`How many drivers of each dimension, 1 to ${DRIVERS_LIMIT_MAX}; the others are added up. Default 5`),
  }),
  output: ChangesInsight,
  errors: [],
  examples: [
    { title: "A week against the week before", input: { date_from: "2019-10-01", date_to: "2019-10-07" } },
    {
      title: "October 2019 against the October before",
      input: { date_from: "2019-10-01", date_to: "2019-10-31", compare_from: "2018-10-01", compare_to: "2018-10-31", limit: 3 },
    },
  ],
  rest: { method: "get", path: "/insights/changes" },
  mcp: {
    core: true,
    description:
      "Start here for 'what changed last week, and why': findings in sentences, key figures of two ranges of whole past days, an exact split of the revenue's change, what moved most by dimension, unusual days of both. More of one dimension: insights_movers; one product: products_story.",
  },
  handle(ctx, input) {
    const comparison = resolveComparison(ctx, input);
    const { range, before } = comparison;
    const { currency } = ctx.organization;
    const reader = once(() => readComparison(ctx, comparison));
    const header = once(() => comparisonHeader(ctx, comparison));
    const totals = once(() => ({ now: readTotals(reader(), range), past: readTotals(reader(), before) }));
    const drivers = once(() => readDrivers(reader(), comparison, input.limit));
    const unusual = once(() => strongestFirst(findAnomalies(reader(), range, ANOMALY_METRICS).anomalies));
    const unusual_before = once(() => strongestFirst(findAnomalies(reader(), before, ANOMALY_METRICS).anomalies));
    const trouble = once(() => readTrouble(reader(), comparison, totals(), holdsScope(ctx.principal, "interactions:read")));
    const listed = (days: readonly AnomalousDay[]) =>
      days.slice(0, UNUSUAL_DAYS_LISTED).map((day) => ({ metric: day.metric, ...toUnusualDay(day, METRIC_DEFINITIONS[day.metric].kind, currency) }));
    return lazily<z.output<typeof ChangesInsight>>({
      range: () => header().range,
      computed_at: () => header().computed_at,
      coverage: () => header().coverage,
      previous_range: () => header().previous_range,
      previous_coverage: () => header().previous_coverage,
      findings: () =>
        sayFindings([
          ...comparability(ctx, comparison),
          ...changeFindings({ ...totals(), drivers: drivers(), unusual: unusual(), unusual_before: unusual_before(), trouble: trouble(), currency }),
        ]),
      metrics: () => METRICS.map((metric) => compareMetric(metric, totals().now, totals().past, currency)),
      revenue_change: () => decomposeRevenue(totals().now, totals().past, currency),
      drivers: () => drivers().map((figures) => toDrivers(figures, currency)),
      total_unusual_days: () => unusual().length,
      unusual_days: () => listed(unusual()),
      total_previous_unusual_days: () => unusual_before().length,
      previous_unusual_days: () => listed(unusual_before()),
    });
  },
});
