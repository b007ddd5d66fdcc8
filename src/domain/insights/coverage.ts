import * as z from "zod";
import type { Database } from "../database.ts";
import { Timestamp, dateOfDay, toTimestamp } from "../time.ts";
import { DateRange, hoursOf, previousRange, toDateRange, type DayRange, type Reader } from "./range.ts";

export const Coverage = z
  .strictObject({
    from: z.iso.date().nullable().describe("First day of the range that has data; null when none has"),
    to: z.iso.date().nullable().describe("Last day of the range that has data; null when none has"),
    complete: z.boolean().describe("False while the figures are being rebuilt: read again later"),
  })
  .meta({ id: "InsightsCoverage" });

/** Which days of the range have data at all, and whether the figures can be trusted right now. */
export function readCoverage(db: Database, range: DayRange): z.output<typeof Coverage> {
  const { from_hour, to_hour } = hoursOf(range);
  const first = db.one<{ hour: number }>("SELECT hour FROM rollup_events WHERE hour >= ? AND hour <= ? ORDER BY hour LIMIT 1", from_hour, to_hour);
  const last = db.one<{ hour: number }>(
    "SELECT hour FROM rollup_events WHERE hour >= ? AND hour <= ? ORDER BY hour DESC LIMIT 1",
    from_hour,
    to_hour,
  );
  const state = db.one<{ rebuilding: number }>("SELECT rebuilding FROM rollup_state WHERE id = 1");
  return {
    from: first ? dateOfDay(Math.floor(first.hour / 24)) : null,
    to: last ? dateOfDay(Math.floor(last.hour / 24)) : null,
    complete: !state?.rebuilding,
  };
}

/** The fields with which every insight says what it is about. */
export const answerShape = {
  range: DateRange.describe("The days this answer covers"),
  computed_at: Timestamp.describe("When the figures were read"),
  coverage: Coverage.describe("What data there is in the range"),
};

/** The same, for answers that compare with the equally long range before. */
export const comparedShape = { ...answerShape, previous_range: DateRange.describe("The days compared with") };

export function answerHeader(ctx: Reader, range: DayRange) {
  return { range: toDateRange(range), computed_at: toTimestamp(ctx.now), coverage: readCoverage(ctx.db, range) };
}

export function comparedHeader(ctx: Reader, range: DayRange) {
  return { ...answerHeader(ctx, range), previous_range: toDateRange(previousRange(range)) };
}
