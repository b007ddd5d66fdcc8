import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { comparedHeader, comparedShape } from "./coverage.ts";
import { FRICTION_SIGNALS, readFriction } from "./figures/friction.ts";
import { countSessions } from "./figures/reach.ts";
import { readReach } from "./funnel_figures.ts";
import { RateChange, rateChange } from "./metrics.ts";
import { previousRange, rangeInput, resolveRange } from "./range.ts";
import { ratio } from "./ratio.ts";

const FrictionFigures = z
  .strictObject({
    signal: z
      .enum(FRICTION_SIGNALS)
      .describe(
        "error counts error and api_error events; lcp_poor is an LCP above 2,500 ms, ttfb_poor a TTFB above 800 ms, cls_poor a CLS above 0.1",
      ),
    occurrences: z.int(),
    per_100_sessions: RateChange.describe("100 × occurrences / sessions"),
  })
  .meta({ id: "FrictionSignal" });

export const frictionInsight = defineOperation({
  name: "insights.friction",
  summary: "Friction per 100 sessions",
  description: "How often customers run into rage clicks, errors and poor web vitals, for each hundred sessions, compared with the previous range.",
  effect: "read",
  scope: "insights:read",
  cost: 1,
  input: z.strictObject(rangeInput),
  output: z
    .strictObject({
      ...comparedShape,
      sessions: z.int().describe("Sessions that started in the range"),
      total: z.strictObject({ occurrences: z.int(), per_100_sessions: RateChange }).describe("All signals together"),
      signals: z.array(FrictionFigures),
    })
    .meta({ id: "FrictionInsight" }),
  errors: [],
  examples: [{ title: "October 2019", input: { date_from: "2019-10-01", date_to: "2019-10-31" } }],
  rest: { method: "get", path: "/insights/friction" },
  handle(ctx, input) {
    const range = resolveRange(ctx, input);
    const before = previousRange(range);
    const counts = readFriction(ctx, range);
    const previous_counts = readFriction(ctx, before);
    const sessions = countSessions(readReach(ctx, range), () => true);
    const previous_sessions = countSessions(readReach(ctx, before), () => true);
    const figures = (occurrences: number, previous: number) => ({
      occurrences,
      per_100_sessions: rateChange(ratio(100 * occurrences, sessions), ratio(100 * previous, previous_sessions)),
    });
    const sum = (by_signal: typeof counts): number => FRICTION_SIGNALS.reduce((total, signal) => total + by_signal[signal], 0);
    return {
      ...comparedHeader(ctx, range),
      sessions,
      total: figures(sum(counts), sum(previous_counts)),
      signals: FRICTION_SIGNALS.map((signal) => ({ signal, ...figures(counts[signal], previous_counts[signal]) })),
    };
  },
});
