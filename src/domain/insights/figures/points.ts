import { bucketGrid, type Bucket, type Interval } from "../buckets.ts";
import type { DayRange } from "../range.ts";
import type { FigureReader } from "./sums.ts";
import { readSeries, type Totals } from "./totals.ts";

/** Above this many days a series is by month, so that an answer stays readable. */
const DAILY_POINTS_MAX = 400;

export interface SeriesPoint {
  bucket: Bucket;
  totals: Totals;
}

/** Totals of each day, week or month of the range, zero-filled, in order. */
export function readPoints(reader: FigureReader, range: DayRange, interval: Exclude<Interval, "hour">): SeriesPoint[] {
  const grid = bucketGrid(range, interval, reader.organization.time_zone);
  const totals = readSeries(reader, { grid }).get("") ?? [];
  return grid.buckets.flatMap((bucket, index) => (totals[index] ? [{ bucket, totals: totals[index] }] : []));
}

/** Daily, or monthly for a range of more than 400 days. */
export function overviewInterval(range: DayRange): "day" | "month" {
  return range.to_day - range.from_day < DAILY_POINTS_MAX ? "day" : "month";
}
