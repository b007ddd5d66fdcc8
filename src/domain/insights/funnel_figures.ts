import * as z from "zod";
import type { DayRange } from "./range.ts";
import { FUNNEL_STEPS, countSessions, reachedInOrder, type FunnelStep, type Reach } from "./figures/reach.ts";
import { readSums, type FigureReader } from "./figures/sums.ts";
import { Ratio, ratio } from "./ratio.ts";

export const DEFAULT_STEPS: FunnelStep[] = ["view_item", "add_to_cart", "purchase"];

export const FunnelStepFigures = z
  .strictObject({
    step: z.enum(FUNNEL_STEPS),
    sessions: z.int().describe("Sessions that reached this step after all the steps before it, in order"),
    rate_from_previous: Ratio.describe("sessions / sessions of the step before; null for the first step or when nobody reached the step before"),
    rate_from_first: Ratio.describe("sessions / sessions of the first step; null when nobody reached the first"),
    dropped: z.int().describe("Sessions that reached the step before and not this one"),
  })
  .meta({ id: "FunnelStep" });

export const Funnel = z
  .strictObject({
    sessions: z.int().describe("All sessions that started in the range"),
    steps: z.array(FunnelStepFigures),
  })
  .meta({ id: "Funnel" });

/** What a funnel can be split by. */
export const FUNNEL_DIMENSIONS = ["source", "campaign"] as const;
export type FunnelDimension = (typeof FUNNEL_DIMENSIONS)[number];

/** Sessions of a range by what they reached. */
export function readReach(reader: FigureReader, range: DayRange): Reach {
  return readSums(reader, "rollup_sessions", range, ["reached"]);
}

/** How many sessions got through each of the steps in order. */
export function toFunnel(reach: Reach, steps: readonly FunnelStep[]): z.output<typeof Funnel> {
  const counts = steps.map((_, index) => countSessions(reach, (reached) => reachedInOrder(reached, steps.slice(0, index + 1))));
  const first = counts[0] ?? 0;
  return {
    sessions: countSessions(reach, () => true),
    steps: steps.map((step, index) => {
      const sessions = counts[index] ?? 0;
      const before = index === 0 ? null : (counts[index - 1] ?? 0);
      return {
        step,
        sessions,
        rate_from_previous: before === null ? null : ratio(sessions, before),
        rate_from_first: ratio(sessions, first),
        dropped: before === null ? 0 : before - sessions,
      };
    }),
  };
}
