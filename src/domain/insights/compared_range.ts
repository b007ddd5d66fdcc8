import { invalid } from "../errors.ts";
import { dateOfDay, dayOfDate } from "../time.ts";
import { Coverage, answerHeader, answerShape, readCoverage } from "./coverage.ts";
import { judgedRange } from "./figures/baseline.ts";
import { readAhead } from "./figures/cube.ts";
import type { FigureReader } from "./figures/sums.ts";
import {
  DateRange,
  RANGE_DAYS_MAX,
  RangeDate,
  daysIn,
  previousRange,
  rangeInput,
  requireSupported,
  resolveRange,
  toDateRange,
  type DayRange,
  type Reader,
} from "./range.ts";

/** A range and the one that it is compared with. */
export interface Comparison {
  range: DayRange;
  before: DayRange;
}

/** The input of insights that compare with any other range. */
export const comparisonInput = {
  ...rangeInput,
  compare_from: RangeDate.optional()
    .describe("First day to compare with. With neither this nor compare_to: the equally long range just before date_from; with one of them: as long")
    .meta({ examples: ["2019-09-01"] }),
  compare_to: RangeDate.optional()
    .describe(`Last day to compare with, inclusive. At most ${RANGE_DAYS_MAX} days from compare_from`)
    .meta({ examples: ["2019-09-30"] }),
};

export interface ComparisonDates {
  date_from?: string | undefined;
  date_to?: string | undefined;
  compare_from?: string | undefined;
  compare_to?: string | undefined;
}

/** The days that a call compares. Errors: VALIDATION_ERROR naming the field when one of the two ranges is reversed, too long or outside 1970 to 2999. */
export function resolveComparison(ctx: Reader, input: ComparisonDates): Comparison {
  const range = resolveRange(ctx, input);
  requireSupported("compare_from", input.compare_from);
  requireSupported("compare_to", input.compare_to);
  const from = input.compare_from === undefined ? null : dayOfDate(input.compare_from);
  const to = input.compare_to === undefined ? null : dayOfDate(input.compare_to);
  if (from === null && to === null) return { range, before: previousRange(range) };
  const from_day = from ?? to! - daysIn(range) + 1;
  const to_day = to ?? from! + daysIn(range) - 1;
  if (from_day > to_day) throw invalid("compare_from", `a date on or before compare_to (${dateOfDay(to_day)})`, "compare_from is after compare_to");
  if (to_day - from_day + 1 > RANGE_DAYS_MAX)
    throw invalid("compare_from", `at most ${RANGE_DAYS_MAX} days from compare_from to compare_to`, "The range to compare with is too long");
  return { range, before: { from_day, to_day } };
}

/** The fields with which such an insight says what it is about. */
export const comparisonShape = {
  ...answerShape,
  previous_range: DateRange.describe("The days compared with"),
  previous_coverage: Coverage.describe("What data there is in the days compared with"),
};

export function comparisonHeader(ctx: Reader, { range, before }: Comparison) {
  return { ...answerHeader(ctx, range), previous_range: toDateRange(before), previous_coverage: readCoverage(ctx, before) };
}

/** A reader that has the days of both ranges in memory, and those that their days are judged unusual by. */
export function readComparison(reader: Reader, { range, before }: Comparison): FigureReader {
  const [judged, judged_before] = [judgedRange(range), judgedRange(before)];
  const adjacent = judged_before.to_day >= judged.from_day - 1 && judged_before.from_day <= judged.to_day + 1;
  if (!adjacent) return readAhead(reader, judged, judged_before);
  return readAhead(reader, {
    from_day: Math.min(judged.from_day, judged_before.from_day),
    to_day: Math.max(judged.to_day, judged_before.to_day),
  });
}
