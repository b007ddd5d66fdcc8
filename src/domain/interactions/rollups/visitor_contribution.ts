import { weekOfDay } from "../../time.ts";
import type { RollupDelta } from "./delta.ts";

/** The nearest active days around a day that becomes (or ceases to be) active; null where there is none. */
export interface Neighbours {
  previous: number | null;
  next: number | null;
}

const gap = (later: number, earlier: number | null): number => (earlier === null ? 0 : later - earlier);

/**
 * A visitor's new active day: its own (day, gap) and that of the next active day, which now follows this one; the same for weeks, and the
 * cohort. With sign −1 exactly undoes it. `weeks_after` are the visitor's active weeks after this day's week; they change cohort when the first
 * week does.
 */
export function contributeDay(
  delta: RollupDelta,
  day: number,
  around: Neighbours,
  cohort_week: number,
  weeks_after: () => readonly number[],
  sign: 1 | -1,
): void {
  addGap(delta, "day", day, around.previous, around.next, sign);
  const week = weekOfDay(day);
  const previous_week = around.previous === null ? null : weekOfDay(around.previous);
  const next_week = around.next === null ? null : weekOfDay(around.next);
  if (previous_week === week || next_week === week) return;
  addGap(delta, "week", week, previous_week, next_week, sign);
  if (previous_week !== null || next_week === null) {
    delta.add("rollup_cohorts", [previous_week === null ? week : cohort_week, week], [1], sign);
    return;
  }
  // The first week moved: every later week belongs to the new cohort.
  delta.add("rollup_cohorts", [week, week], [1], sign);
  for (const later of weeks_after()) {
    delta.add("rollup_cohorts", [next_week, later], [1], sign === 1 ? -1 : 1);
    delta.add("rollup_cohorts", [week, later], [1], sign);
  }
}

function addGap(delta: RollupDelta, period: "day" | "week", at: number, previous: number | null, next: number | null, sign: 1 | -1): void {
  delta.add("rollup_visitors", [period, at, gap(at, previous)], [1], sign);
  if (next === null) return;
  delta.add("rollup_visitors", [period, next, gap(next, previous)], [1], sign === 1 ? -1 : 1);
  delta.add("rollup_visitors", [period, next, next - at], [1], sign);
}
