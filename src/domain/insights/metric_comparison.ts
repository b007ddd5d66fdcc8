import * as z from "zod";
import type { Totals } from "./figures/totals.ts";
import { Figure, METRICS, METRIC_DEFINITIONS, figureOf, metricValue, type FigureKind, type Metric } from "./metrics.ts";
import { Ratio, relativeChange, rounded } from "./ratio.ts";

/** The fields in which a figure stands beside the same figure of another range. */
export const comparedFigures = {
  current: Figure,
  previous: Figure,
  difference: Figure.describe("current − previous; null when either is"),
  change: Ratio.describe("difference / previous; null when there is nothing to divide by"),
};

export const MetricComparison = z.strictObject({ metric: z.enum(METRICS), ...comparedFigures }).meta({ id: "MetricComparison" });

export function compareMetric(metric: Metric, current: Totals, previous: Totals, currency: string): z.output<typeof MetricComparison> {
  const { kind } = METRIC_DEFINITIONS[metric];
  return { metric, ...compareFigures(kind, metricValue(metric, current), metricValue(metric, previous), currency) };
}

/** Two values of one figure; money in minor units. */
export function compareFigures(kind: FigureKind, now: number | null, past: number | null, currency: string) {
  const difference = now === null || past === null ? null : now - past;
  return {
    current: figureOf(kind, now, currency),
    previous: figureOf(kind, past, currency),
    difference: figureOf(kind, difference !== null && kind === "rate" ? rounded(difference) : difference, currency),
    change: relativeChange(now, past),
  };
}
