import * as z from "zod";
import { lazily, once } from "../lazy.ts";
import { Money } from "../money.ts";
import { defineOperation } from "../operation.ts";
import { SourceType } from "../interactions/interaction.ts";
import { dateOfDay } from "../time.ts";
import { comparedHeader, comparedShape } from "./coverage.ts";
import { overviewInterval, readPoints } from "./figures/points.ts";
import { readTotalsBy, type Totals } from "./figures/totals.ts";
import { DEFAULT_STEPS, Funnel, toFunnel } from "./funnel_figures.ts";
import { readAllFacts } from "./generated/facts.ts";
import { generateInsights } from "./generated/generate.ts";
import { GeneratedInsight } from "./generated/insight.ts";
import { CountChange, METRIC_DEFINITIONS, MoneyChange, RateChange, countChange, moneyChange, rateChange, type Metric } from "./metrics.ts";
import { ProductPerformance, toProductPerformance } from "./product_performance.ts";
import { rangeInput, resolveRange } from "./range.ts";
import { Ratio, ratio } from "./ratio.ts";

const TOP_INSIGHTS = 10;

const SummaryTotals = z
  .strictObject({
    interactions: CountChange,
    sessions: CountChange.describe("Sessions that started in the range; 30 minutes without an interaction end one"),
    visitors: CountChange.describe("Exact distinct visitors"),
    orders: CountChange.describe("Distinct transactions in any currency"),
    revenue: MoneyChange.describe("Orders less refunds in the organization's currency; other currencies are in the revenue insight"),
    average_order_value: MoneyChange.describe("Orders' value before refunds / orders, in the organization's currency"),
    conversion_rate: RateChange.describe("Sessions with a purchase / sessions"),
    cart_abandonment_rate: RateChange.describe("1 − cart sessions with a purchase / cart sessions"),
  })
  .meta({ id: "InsightsTotals" });

const SourceSummary = z
  .strictObject({
    source_type: SourceType,
    interactions: z.int(),
    sessions: z.int(),
    orders: z.int(),
    revenue: Money,
    conversion_rate: Ratio,
  })
  .meta({ id: "SourceSummary" });

const EventSummary = z
  .strictObject({ type: z.string(), interactions: z.int(), share: Ratio.describe("Of all interactions") })
  .meta({ id: "EventSummary" });

const SummaryPoint = z
  .strictObject({
    date: z.iso.date().describe("The day, or the first day of the month that lies in the range"),
    interactions: z.int(),
    sessions: z.int(),
    visitors: z.int(),
    orders: z.int(),
    revenue: Money,
  })
  .meta({ id: "SummaryPoint" });

export const InsightsSummary = z
  .strictObject({
    ...comparedShape,
    totals: SummaryTotals,
    by_source: z.array(SourceSummary).describe("Most interactions first"),
    by_event: z.array(EventSummary).describe("Most interactions first"),
    timeseries_interval: z.enum(["day", "month"]).describe("day, or month for a range of more than 400 days"),
    timeseries: z.array(SummaryPoint).max(400).describe("Every day (or month) of the range, with or without data"),
    funnel: Funnel,
    top_products: z.array(ProductPerformance).max(10).describe("The ten with most revenue, then purchases, then views"),
    insights: z.array(GeneratedInsight).max(TOP_INSIGHTS).describe("The ten that matter most of the generated list"),
  })
  .meta({ id: "InsightsSummary" });

export const insightsSummary = defineOperation({
  name: "insights.summary",
  summary: "Insights summary",
  description:
    "Everything a dashboard opens with: totals with their change against the previous " +
    "equal range, interactions by source and event, a time series, the funnel, " +
    "the top products and the most important generated insights. Reads rollups: the cost grows with the days, not with the interactions.",
  effect: "read",
  scope: "insights:read",
  cost: 2,
  input: z.strictObject(rangeInput),
  output: InsightsSummary,
  errors: [],
  examples: [
    { title: "October 2019", input: { date_from: "2019-10-01", date_to: "2019-10-31" } },
    { title: "The last 30 days", input: {} },
  ],
  rest: { method: "get", path: "/insights" },
  graphql: { field: "insights" },
  mcp: {
    core: true,
    description:
      "Start here for 'how are we doing': totals and their change, sources, events, a daily series, the funnel, top products, the ten most important findings. For why: insights_changes; one metric alone: insights_timeseries.",
  },
  handle(ctx, input) {
    const range = resolveRange(ctx, input);
    const { currency } = ctx.organization;
    const { facts, ahead } = readAllFacts(ctx, range);
    const header = once(() => comparedHeader(ctx, range));
    const revenueOf = (of: Totals): Money => ({ amount: of.gross - of.refunded, currency });
    const interval = overviewInterval(range);
    return lazily<z.output<typeof InsightsSummary>>({
      range: () => header().range,
      computed_at: () => header().computed_at,
      coverage: () => header().coverage,
      previous_range: () => header().previous_range,
      totals: () => compareTotals(facts.totals, facts.previous, currency),
      by_source: () =>
        readTotalsBy(ahead(), range, "source").map(({ key, totals: source }) => ({
          source_type: key as SourceType,
          interactions: source.interactions,
          sessions: source.sessions,
          orders: source.orders,
          revenue: revenueOf(source),
          conversion_rate: ratio(source.purchasing_sessions, source.sessions),
        })),
      by_event: () =>
        readTotalsBy(ahead(), range, "event").map(({ key, totals: event }) => ({
          type: key,
          interactions: event.interactions,
          share: ratio(event.interactions, facts.totals.interactions),
        })),
      timeseries_interval: () => interval,
      timeseries: () =>
        readPoints(ahead(), range, interval).map(({ bucket, totals: point }) => ({
          date: dateOfDay(bucket.from_day),
          interactions: point.interactions,
          sessions: point.sessions,
          visitors: point.visitors,
          orders: point.orders,
          revenue: revenueOf(point),
        })),
      funnel: () => toFunnel(facts.reach, DEFAULT_STEPS),
      top_products: () => facts.best_sellers.products.map((figures) => toProductPerformance(figures, currency)),
      insights: () => generateInsights(ctx, range, facts).slice(0, TOP_INSIGHTS),
    });
  },
});

function compareTotals(current: Totals, previous: Totals, currency: string): z.output<typeof SummaryTotals> {
  const count = (metric: Metric) => countChange(METRIC_DEFINITIONS[metric].of(current) ?? 0, METRIC_DEFINITIONS[metric].of(previous) ?? 0);
  const rate = (metric: Metric) => rateChange(METRIC_DEFINITIONS[metric].of(current), METRIC_DEFINITIONS[metric].of(previous));
  const money = (metric: Metric) => moneyChange(METRIC_DEFINITIONS[metric].of(current), METRIC_DEFINITIONS[metric].of(previous), currency);
  return {
    interactions: count("interactions"),
    sessions: count("sessions"),
    visitors: count("visitors"),
    orders: count("orders"),
    revenue: money("revenue"),
    average_order_value: money("average_order_value"),
    conversion_rate: rate("conversion_rate"),
    cart_abandonment_rate: rate("cart_abandonment_rate"),
  };
}
