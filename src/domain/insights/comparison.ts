import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { SourceType } from "../interactions/interaction.ts";
import { comparedHeader, comparedShape } from "./coverage.ts";
import { readAhead } from "./figures/cube.ts";
import type { FigureReader } from "./figures/sums.ts";
import { readTotals, readTotalsBy, type Dimension, type Totals } from "./figures/totals.ts";
import { MetricComparison, compareMetric } from "./metric_comparison.ts";
import { CountChange, METRICS, countChange } from "./metrics.ts";
import { previousRange, rangeInput, resolveRange, type DayRange } from "./range.ts";

const SourceComparison = z
  .strictObject({ source_type: SourceType, interactions: CountChange, sessions: CountChange })
  .meta({ id: "SourceComparison" });
const EventComparison = z.strictObject({ type: z.string(), interactions: CountChange }).meta({ id: "EventComparison" });

export const comparisonInsight = defineOperation({
  name: "insights.comparison",
  summary: "Change against the previous range",
  description: "Every key figure of the range beside the same figure of the equally long range just before it, in all and for each source and event.",
  effect: "read",
  scope: "insights:read",
  cost: 1,
  input: z.strictObject(rangeInput),
  output: z
    .strictObject({
      ...comparedShape,
      metrics: z.array(MetricComparison),
      by_source: z.array(SourceComparison),
      by_event: z.array(EventComparison),
    })
    .meta({ id: "ComparisonInsight" }),
  errors: [],
  examples: [{ title: "A week against the week before", input: { date_from: "2019-10-01", date_to: "2019-10-07" } }],
  rest: { method: "get", path: "/insights/comparison" },
  handle(ctx, input) {
    const range = resolveRange(ctx, input);
    const range_before = previousRange(range);
    const ahead = readAhead(ctx, { from_day: range_before.from_day, to_day: range.to_day });
    const current = readTotals(ahead, range);
    const previous = readTotals(ahead, range_before);
    return {
      ...comparedHeader(ctx, range),
      metrics: METRICS.map((metric) => compareMetric(metric, current, previous, ctx.organization.currency)),
      by_source: compareBy(ahead, range, range_before, "source").map(({ key, current: now, previous: before }) => ({
        source_type: key as SourceType,
        interactions: countChange(now.interactions, before.interactions),
        sessions: countChange(now.sessions, before.sessions),
      })),
      by_event: compareBy(ahead, range, range_before, "event").map(({ key, current: now, previous: before }) => ({
        type: key,
        interactions: countChange(now.interactions, before.interactions),
      })),
    };
  },
});

type Counts = Pick<Totals, "interactions" | "sessions">;

/** Every value of the dimension that occurs in either range, those of the current one first. */
function compareBy(
  reader: FigureReader,
  range: DayRange,
  before: DayRange,
  dimension: Dimension,
): { key: string; current: Counts; previous: Counts }[] {
  const none: Counts = { interactions: 0, sessions: 0 };
  const now = readTotalsBy(reader, range, dimension);
  const earlier = new Map(readTotalsBy(reader, before, dimension).map(({ key, totals }) => [key, totals]));
  const present = new Set(now.map(({ key }) => key));
  const vanished = [...earlier].filter(([key]) => !present.has(key));
  return [
    ...now.map(({ key, totals }) => ({ key, current: totals, previous: earlier.get(key) ?? none })),
    ...vanished.map(([key, totals]) => ({ key, current: none, previous: totals })),
  ];
}
