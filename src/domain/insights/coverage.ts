import * as z from "zod";
import { Timestamp, dateOfDay, localDay, toTimestamp } from "../time.ts";
import { DateRange, hoursOf, previousRange, toDateRange, type DayRange, type Reader } from "./range.ts";

export const Coverage = z
  .strictObject({
    from: z.iso.date().nullable().describe("First day of the range that has data; null when none has"),
    to: z.iso.date().nullable().describe("Last day of the range that has data; null when none has"),
    complete: z
      .boolean()
      .describe(
        "Whether the figures are those of the whole range: false when it has no data at all, while it is not over (today and days to come), and while figures are being rebuilt",
      ),
    days_to_come: z.int().describe("Days of the range after today: no figure says anything about them"),
    rebuilding: z.boolean().describe("The figures are being rebuilt: read again later"),
  })
  .meta({ id: "InsightsCoverage" });

/** Which days of the range have data at all, and whether the figures are those of all of it. */
export function readCoverage({ db, organization, now }: Reader, range: DayRange): z.output<typeof Coverage> {
  const { from_hour, to_hour } = hoursOf(range);
  const first = db.one<{ hour: number }>("SELECT hour FROM rollup_events WHERE hour >= ? AND hour <= ? ORDER BY hour LIMIT 1", from_hour, to_hour);
  const last = db.one<{ hour: number }>(
    "SELECT hour FROM rollup_events WHERE hour >= ? AND hour <= ? ORDER BY hour DESC LIMIT 1",
    from_hour,
    to_hour,
  );
  const rebuilding = Boolean(db.one<{ rebuilding: number }>("SELECT rebuilding FROM rollup_state WHERE id = 1")?.rebuilding);
  const today = localDay(now, organization.time_zone);
  return {
    from: first ? dateOfDay(Math.floor(first.hour / 24)) : null,
    to: last ? dateOfDay(Math.floor(last.hour / 24)) : null,
    complete: Boolean(first) && range.to_day < today && !rebuilding,
    days_to_come: Math.max(0, range.to_day - Math.max(today, range.from_day - 1)),
    rebuilding,
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
  return { range: toDateRange(range), computed_at: toTimestamp(ctx.now), coverage: readCoverage(ctx, range) };
}

export function comparedHeader(ctx: Reader, range: DayRange) {
  return { ...answerHeader(ctx, range), previous_range: toDateRange(previousRange(range)) };
}
