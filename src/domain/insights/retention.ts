import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { dateOfDay, firstDayOfWeek, localDay, weekOfDay } from "../time.ts";
import { isoWeekLabel } from "./buckets.ts";
import { answerHeader, answerShape } from "./coverage.ts";
import { readCohorts, readLifeCycle } from "./figures/weeks.ts";
import { rangeInput, resolveRange } from "./range.ts";
import { Ratio, ratio } from "./ratio.ts";

/** A year of weeks: the grid grows with the square of them. */
export const RETENTION_DAYS_MAX = 371;
/** Weeks that so many days can lie in. */
const WEEKS_MAX = Math.ceil(RETENTION_DAYS_MAX / 7) + 1;

const weekFields = {
  week: z.string().describe("ISO 8601 week, such as 2019-W40"),
  week_start: z.iso.date().describe("Its Monday"),
};

const RetentionCohort = z
  .strictObject({
    ...weekFields,
    visitors: z.int().describe("Visitors first seen in this week"),
    weeks: z
      .array(
        z
          .strictObject({
            offset: z.int().describe("Weeks after the cohort's own; 0 is the week itself"),
            visitors: z.int().describe("Visitors of the cohort active in that week"),
            rate: Ratio.describe("visitors / the cohort's visitors"),
          })
          .meta({ id: "RetentionCell" }),
      )
      .max(WEEKS_MAX)
      .describe("Every week from the cohort's own to the last of the range"),
  })
  .meta({ id: "RetentionCohort" });

const LifeCycle = z
  .strictObject({
    ...weekFields,
    active: z.int().describe("Distinct visitors of the week: new + returning + resurrecting"),
    new: z.int().describe("Never active before"),
    returning: z.int().describe("Active the week before"),
    resurrecting: z.int().describe("Active before, but not the week before"),
    dormant: z.int().describe("Active the week before, not in this one"),
    complete: z.boolean().describe("False while the week is not over: dormant can only shrink, the others only grow"),
  })
  .meta({ id: "LifeCycleWeek" });

export const retentionInsight = defineOperation({
  name: "insights.retention",
  summary: "Weekly retention and life cycle",
  description:
    "Visitors grouped by the week they were first seen in, with how many came " +
    "back in each week after, and each week's new, returning, resurrecting and " +
    "dormant visitors. Figures are for whole weeks (Monday to Sunday) that have any day in the range; at most 371 days.",
  effect: "read",
  scope: "insights:read",
  cost: 1,
  input: z.strictObject(rangeInput),
  output: z
    .strictObject({ ...answerShape, cohorts: z.array(RetentionCohort).max(WEEKS_MAX), life_cycle: z.array(LifeCycle).max(WEEKS_MAX) })
    .meta({ id: "RetentionInsight" }),
  errors: [],
  examples: [{ title: "October 2019", input: { date_from: "2019-10-01", date_to: "2019-10-31" } }],
  rest: { method: "get", path: "/insights/retention" },
  handle(ctx, input) {
    const range = resolveRange(ctx, input, RETENTION_DAYS_MAX);
    const this_week = weekOfDay(localDay(ctx.now, ctx.organization.time_zone));
    // A week that has not begun is not one in which everybody stayed away.
    const weeks = { from_week: weekOfDay(range.from_day), to_week: Math.min(weekOfDay(range.to_day), this_week) };
    return {
      ...answerHeader(ctx, range),
      cohorts: readCohorts(ctx.db, weeks).map(({ cohort_week, visitors_by_week }) => ({
        ...nameWeek(cohort_week),
        visitors: visitors_by_week[0] ?? 0,
        weeks: visitors_by_week.map((visitors, offset) => ({ offset, visitors, rate: ratio(visitors, visitors_by_week[0] ?? 0) })),
      })),
      life_cycle: readLifeCycle(ctx.db, weeks).map(({ week, ...figures }) => ({
        ...nameWeek(week),
        active: figures.new + figures.returning + figures.resurrecting,
        ...figures,
        complete: week < this_week,
      })),
    };
  },
});

function nameWeek(week: number): { week: string; week_start: string } {
  const monday = firstDayOfWeek(week);
  return { week: isoWeekLabel(monday), week_start: dateOfDay(monday) };
}
