import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { dateOfDay } from "../time.ts";
import { answerHeader, answerShape } from "./coverage.ts";
import { ANOMALY_METRICS, findAnomalies, type AnomalousDay } from "./figures/anomalies.ts";
import { BASELINE_WEEKS, BASELINE_WEEKS_MIN, GAP_DAYS_MAX, Z_THRESHOLD } from "./figures/baseline.ts";
import { Figure, METRIC_DEFINITIONS, toFigure } from "./metrics.ts";
import { rangeInput, resolveRange } from "./range.ts";
import { rounded } from "./ratio.ts";

const Anomaly = z
  .strictObject({
    date: z.iso.date(),
    metric: z.enum(ANOMALY_METRICS),
    direction: z.enum(["above", "below"]),
    observed: Figure,
    expected: Figure.describe("Mean of the baseline"),
    standard_deviation: Figure.describe("Sample standard deviation of the baseline, and at least what chance alone gives so few events"),
    z: z.number().describe("(observed − expected) / standard_deviation"),
    may_be_chance: z
      .boolean()
      .describe("With as many days and metrics as this answer judges, chance alone would show one like it in more than 1 of 20 answers"),
    baseline: z
      .array(z.strictObject({ date: z.iso.date(), observed: Figure }).meta({ id: "AnomalyBaselineDay" }))
      .describe("The same weekday of the weeks before, latest first; only days on which the tracking ran"),
  })
  .meta({ id: "Anomaly" });

export const anomaliesInsight = defineOperation({
  name: "insights.anomalies",
  summary: "Unusual days",
  description:
    `Days whose figures lie ${Z_THRESHOLD} or more standard deviations from the same ` +
    `weekday of the ${BASELINE_WEEKS} weeks before, with the figures behind the ` +
    `verdict. A day is judged once it is over and at least ${BASELINE_WEEKS_MIN} of those days are history: any data came on them, or at most ` +
    `${GAP_DAYS_MAX} days before and after. The deviation is never below that of chance (√expected for counts, √(p(1 − p) / sessions) for conversion).`,
  effect: "read",
  scope: "insights:read",
  cost: 1,
  input: z.strictObject({
    ...rangeInput,
    metrics: z
      .array(z.enum(ANOMALY_METRICS))
      .min(1)
      .max(ANOMALY_METRICS.length)
      .default([...ANOMALY_METRICS])
      .describe("Only these metrics. Default all"),
    limit: z.coerce.number().int().min(1).max(500).default(100).describe("How many anomalies, the newest first, 1 to 500"),
  }),
  output: z
    .strictObject({
      ...answerShape,
      days_checked: z.int().describe("Days of the range that have enough history to be judged"),
      total_anomalies: z.int().describe("All that were found, listed or not"),
      anomalies: z.array(Anomaly).describe("Newest first, the strongest of a day first"),
    })
    .meta({ id: "AnomaliesInsight" }),
  errors: [],
  examples: [{ title: "Unusual orders and revenue", input: { date_from: "2019-10-01", date_to: "2019-10-31", metrics: ["orders", "revenue"] } }],
  rest: { method: "get", path: "/insights/anomalies" },
  mcp: {
    core: true,
    description:
      "Days far (3 standard deviations or more) from the same weekday of the weeks before, newest first, and whether that may be chance. Ordinary ups and downs: insights_changes.",
  },
  handle(ctx, input) {
    const range = resolveRange(ctx, input);
    const { anomalies, days_checked } = findAnomalies(ctx, range, [...new Set(input.metrics)]);
    return {
      ...answerHeader(ctx, range),
      days_checked,
      total_anomalies: anomalies.length,
      anomalies: anomalies.slice(0, input.limit).map((anomaly) => toAnomaly(anomaly, ctx.organization.currency)),
    };
  },
});

function toAnomaly(anomaly: AnomalousDay, currency: string): z.output<typeof Anomaly> {
  const { metric } = anomaly;
  const money = METRIC_DEFINITIONS[metric].kind === "money";
  const derived = (value: number) => toFigure(metric, money ? Math.round(value) : rounded(value), currency);
  return {
    date: dateOfDay(anomaly.day),
    metric,
    direction: anomaly.value > anomaly.mean ? "above" : "below",
    observed: toFigure(metric, anomaly.value, currency),
    expected: derived(anomaly.mean),
    standard_deviation: derived(anomaly.standard_deviation),
    z: anomaly.z,
    may_be_chance: anomaly.may_be_chance,
    baseline: anomaly.baseline.map(({ day, value }) => ({ date: dateOfDay(day), observed: toFigure(metric, value, currency) })),
  };
}
