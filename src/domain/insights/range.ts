import * as z from "zod";
import type { OperationContext } from "../context.ts";
import { invalid } from "../errors.ts";
import { dateOfDay, dayOfDate, localDay } from "../time.ts";

export const RANGE_DAYS_DEFAULT = 30;
export const RANGE_DAYS_MAX = 3_700;
const FIRST_DATE = "1970-01-01";
const LAST_DATE = "2999-12-31";

/** Both ends inclusive, as local day numbers (time.ts). */
export interface DayRange {
  from_day: number;
  to_day: number;
}

/** What every reader of figures needs of a call. */
export type Reader = Pick<OperationContext, "db" | "organization" | "now">;

export const RangeDate = z.iso.date({ error: "ISO 8601 format" });

/** The input fields that every insight takes. */
export const rangeInput = {
  date_from: RangeDate.optional()
    .describe(`First day, YYYY-MM-DD in the organization's time zone; ${RANGE_DAYS_DEFAULT - 1} days before date_to where not given`)
    .meta({ examples: ["2019-10-01"] }),
  date_to: RangeDate.optional()
    .describe(`Last day, inclusive; today (or date_from, if that is later) where not given. At most ${RANGE_DAYS_MAX} days in all`)
    .meta({ examples: ["2019-10-31"] }),
};

export const DateRange = z
  .strictObject({
    date_from: z.iso.date().describe("First day, in the organization's time zone"),
    date_to: z.iso.date().describe("Last day, inclusive"),
    days: z.int().describe("Number of days"),
  })
  .meta({ id: "DateRange" });

/**
 * The days a call asks for. Errors: VALIDATION_ERROR naming the field when the range is reversed, outside 1970 to 2999 or longer than
 * `days_max`.
 */
export function resolveRange(
  ctx: Reader,
  input: { date_from?: string | undefined; date_to?: string | undefined },
  days_max = RANGE_DAYS_MAX,
): DayRange {
  requireSupported("date_from", input.date_from);
  requireSupported("date_to", input.date_to);
  const today = localDay(ctx.now, ctx.organization.time_zone);
  const from_given = input.date_from === undefined ? null : dayOfDate(input.date_from);
  const to_day = input.date_to === undefined ? Math.max(today, from_given ?? today) : dayOfDate(input.date_to);
  const from_day = from_given ?? to_day - RANGE_DAYS_DEFAULT + 1;
  if (from_day > to_day) throw invalid("date_from", `a date on or before date_to (${dateOfDay(to_day)})`, "date_from is after date_to");
  if (to_day - from_day + 1 > days_max) throw invalid("date_from", `at most ${days_max} days from date_from to date_to`, "The range is too long");
  return { from_day, to_day };
}

/** Errors: VALIDATION_ERROR for a date outside 1970 to 2999. */
export function requireSupported(field: string, date: string | undefined): void {
  if (date !== undefined && (date < FIRST_DATE || date > LAST_DATE)) throw invalid(field, `a date from ${FIRST_DATE} to ${LAST_DATE}`);
}

export function daysIn(range: DayRange): number {
  return range.to_day - range.from_day + 1;
}

/** The equally long range that ends the day before. */
export function previousRange(range: DayRange): DayRange {
  return { from_day: range.from_day - daysIn(range), to_day: range.from_day - 1 };
}

/** First and last local hour number of the range. */
export function hoursOf(range: DayRange): { from_hour: number; to_hour: number } {
  return { from_hour: range.from_day * 24, to_hour: range.to_day * 24 + 23 };
}

export function toDateRange(range: DayRange): z.output<typeof DateRange> {
  return { date_from: dateOfDay(range.from_day), date_to: dateOfDay(range.to_day), days: daysIn(range) };
}
