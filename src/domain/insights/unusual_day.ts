import * as z from "zod";
import { dateOfDay } from "../time.ts";
import { ANOMALY_METRICS } from "./figures/anomalies.ts";
import { Z_THRESHOLD, type UnusualDay as UnusualDayFigures } from "./figures/baseline.ts";
import { Figure, figureOf, type FigureKind } from "./metrics.ts";
import { rounded } from "./ratio.ts";

/** A day's verdict without the days behind it, which the anomalies insight has. */
export const unusualDayShape = {
  date: z.iso.date(),
  direction: z.enum(["above", "below"]),
  observed: Figure,
  expected: Figure.describe("Mean of the same weekday of the weeks before"),
  z: z.number().describe(`Standard deviations from it, ${Z_THRESHOLD} or more either way`),
  may_be_chance: z.boolean().describe("Among as many days as were judged, chance alone would easily show one like it"),
};

export const UnusualDay = z.strictObject({ metric: z.enum(ANOMALY_METRICS), ...unusualDayShape }).meta({ id: "UnusualDay" });

export function toUnusualDay(
  { day, value, mean, z: deviations, may_be_chance }: UnusualDayFigures & { may_be_chance: boolean },
  kind: FigureKind,
  currency: string,
) {
  return {
    date: dateOfDay(day),
    direction: value > mean ? ("above" as const) : ("below" as const),
    observed: figureOf(kind, value, currency),
    expected: figureOf(kind, kind === "money" ? Math.round(mean) : rounded(mean), currency),
    z: deviations,
    may_be_chance,
  };
}
