import * as z from "zod";
import { invalid } from "../errors.ts";
import { defineOperation } from "../operation.ts";
import { Timestamp, toTimestamp } from "../time.ts";
import { INTERVALS, bucketGrid, startOfBucketMs, type Bucket, type Interval } from "./buckets.ts";
import { answerHeader, answerShape } from "./coverage.ts";
import { readMetricSeries } from "./figures/dimension_series.ts";
import { DIMENSIONS, DIMENSIONS_EXPLAINED, type Dimension } from "./figures/totals.ts";
import { Figure, METRICS, metricValue, toFigure, type Metric } from "./metrics.ts";
import { daysIn, rangeInput, resolveRange, type DayRange } from "./range.ts";

export const POINTS_MAX = 20_000;

const DIMENSIONS_OF: Record<Metric, readonly Dimension[]> = {
  interactions: DIMENSIONS,
  sessions: ["source", "campaign"],
  visitors: [],
  orders: ["source", "campaign"],
  revenue: ["source", "campaign"],
  average_order_value: ["source", "campaign"],
  conversion_rate: ["source", "campaign"],
  cart_abandonment_rate: ["source", "campaign"],
};

const Point = z
  .strictObject({
    label: z.string().describe("2019-10-01T13:00 (local hour), 2019-10-01, 2019-W40 or 2019-10, by interval"),
    starts_at: Timestamp.describe("When the interval begins. A local hour that the clock repeats is one point; one that it skips has none"),
    partial: z.boolean().describe("The range cuts this week or month short"),
    ...Figure.shape,
  })
  .meta({ id: "TimeseriesPoint" });

const Series = z
  .strictObject({
    kind: z.enum(["all", "value", "rest"]).describe("all without a dimension; value for one value of it; rest for all values beyond the limit"),
    key: z.string().nullable().describe("The event, source or campaign; null for all, for rest and for what has no campaign"),
    total: Figure.describe("The metric over the whole range"),
    points: z.array(Point).describe("Every interval of the range, with or without data"),
  })
  .meta({ id: "Timeseries" });

export const timeseriesInsight = defineOperation({
  name: "insights.timeseries",
  summary: "A metric over time",
  description:
    "One metric by hour, day, week or month in the organization's time zone, " +
    "without gaps, whole or split by event, source or campaign. Visitors are exact " +
    `distinct counts per day, week and month and cannot be split. At most ${POINTS_MAX.toLocaleString("en")} points an answer.`,
  effect: "read",
  scope: "insights:read",
  cost: 1,
  input: z.strictObject({
    ...rangeInput,
    metric: z
      .enum(METRICS)
      .default("interactions")
      .describe(`One of: ${METRICS.join(", ")}. Default interactions`),
    interval: z.enum(INTERVALS).default("day").describe("hour, day, week (Monday to Sunday) or month. Default day"),
    dimension: z.enum(DIMENSIONS).optional().describe(`Split by event (interactions only), source or campaign. ${DIMENSIONS_EXPLAINED}`),
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(50)
      .default(10)
      .describe("With a dimension: how many of its values, largest first; the others are added up. 1 to 50"),
  }),
  output: z
    .strictObject({
      ...answerShape,
      metric: z.enum(METRICS),
      interval: z.enum(INTERVALS),
      dimension: z.enum(DIMENSIONS).nullable(),
      series: z.array(Series),
    })
    .meta({ id: "TimeseriesInsight" }),
  errors: [],
  examples: [
    { title: "Revenue by day", input: { date_from: "2019-10-01", date_to: "2019-10-07", metric: "revenue" } },
    {
      title: "Interactions of a day by hour and event",
      input: { date_from: "2019-10-01", date_to: "2019-10-01", interval: "hour", dimension: "event" },
    },
  ],
  rest: { method: "get", path: "/insights/timeseries" },
  mcp: {
    core: true,
    description: "One metric over time, whole or split. Visitors cannot be split, nor counted by hour. Several metrics at once: insights_summary.",
  },
  handle(ctx, input) {
    const range = resolveRange(ctx, input);
    const dimension = input.dimension ?? null;
    const { time_zone, currency } = ctx.organization;
    requireSplittable(input.metric, dimension);
    if (input.metric === "visitors" && input.interval === "hour")
      throw invalid("interval", "day, week or month for visitors", "Visitors are not counted by hour");
    requireBounded(range, input.interval, dimension === null ? 1 : input.limit + 1);
    const grid = bucketGrid(range, input.interval, time_zone);
    const starts = grid.buckets.map((bucket: Bucket) => toTimestamp(startOfBucketMs(bucket, time_zone)));
    return {
      ...answerHeader(ctx, range),
      metric: input.metric,
      interval: input.interval,
      dimension,
      series: readMetricSeries(ctx, grid, { metric: input.metric, dimension, limit: input.limit }).map(({ kind, key, total, points }) => ({
        kind,
        key,
        total: toFigure(input.metric, metricValue(input.metric, total), currency),
        points: grid.buckets.flatMap((bucket, index) => {
          const totals = points[index];
          const starts_at = starts[index];
          if (!totals || starts_at === undefined) return [];
          return [
            { label: bucket.label, starts_at, partial: bucket.partial, ...toFigure(input.metric, metricValue(input.metric, totals), currency) },
          ];
        }),
      })),
    };
  },
});

function requireSplittable(metric: Metric, dimension: Dimension | null): void {
  if (dimension === null || DIMENSIONS_OF[metric].includes(dimension)) return;
  const possible = DIMENSIONS_OF[metric];
  throw invalid(
    "dimension",
    possible.length > 0 ? `${possible.join(" or ")} for ${metric}` : `none for ${metric}`,
    `${metric} cannot be split by ${dimension}`,
  );
}

const SHORTEST_BUCKET_DAYS: Record<Interval, number> = { hour: 1 / 24, day: 1, week: 7, month: 28 };

function requireBounded(range: DayRange, interval: Interval, series_max: number): void {
  const points = Math.ceil(daysIn(range) / SHORTEST_BUCKET_DAYS[interval]) * series_max;
  if (points <= POINTS_MAX) return;
  throw invalid(
    "interval",
    `at most ${POINTS_MAX} points (intervals × series): a longer interval, a shorter range or a lower limit`,
    `This would be up to ${points} points`,
  );
}
