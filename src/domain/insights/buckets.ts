import { DAY_MS, HOUR_MS, dateOfDay, dayOfDate, firstDayOfWeek, localHour, startOfDayMs, utcOffsetMs, weekOfDay } from "../time.ts";
import type { DayRange } from "./range.ts";

export const INTERVALS = ["hour", "day", "week", "month"] as const;
export type Interval = (typeof INTERVALS)[number];

/** One point of a series: whole local days, or one local hour. */
export interface Bucket extends DayRange {
  /** `2019-10-01T13:00` for an hour on the local clock, `2019-10-01`, `2019-W40` (ISO 8601 week), `2019-10`. */
  label: string;
  /** Local hour number; null for intervals of days. */
  hour: number | null;
  /** The range cuts this week or month short. */
  partial: boolean;
}

/** The buckets of a range in order, and which bucket a local hour or day number falls in. */
export interface Grid {
  range: DayRange;
  /** The number the rollups are grouped by to find the bucket; null when all of them fall in the only one. */
  unit: "hour" | "day" | null;
  buckets: Bucket[];
  index_of: ReadonlyMap<number, number>;
}

/** The range as a single bucket. */
export function wholeGrid(range: DayRange): Grid {
  return { range, unit: null, buckets: [{ ...range, label: "", hour: null, partial: false }], index_of: new Map() };
}

/** Every bucket of the range, with or without data. The range clips the first and last week or month. */
export function bucketGrid(range: DayRange, interval: Interval, time_zone: string): Grid {
  return interval === "hour" ? hourGrid(range, time_zone) : dayGrid(range, interval);
}

function dayGrid(range: DayRange, interval: Exclude<Interval, "hour">): Grid {
  const buckets: Bucket[] = [];
  const index_of = new Map<number, number>();
  for (let day = range.from_day; day <= range.to_day;) {
    const whole = wholeBucket(day, interval);
    const to_day = Math.min(whole.to_day, range.to_day);
    for (let covered = day; covered <= to_day; covered++) index_of.set(covered, buckets.length);
    buckets.push({ label: whole.label, from_day: day, to_day, hour: null, partial: day !== whole.from_day || to_day !== whole.to_day });
    day = to_day + 1;
  }
  return { range, unit: "day", buckets, index_of };
}

function wholeBucket(day: number, interval: Exclude<Interval, "hour">): DayRange & { label: string } {
  if (interval === "day") return { from_day: day, to_day: day, label: dateOfDay(day) };
  if (interval === "week") {
    const from_day = firstDayOfWeek(weekOfDay(day));
    return { from_day, to_day: from_day + 6, label: isoWeekLabel(from_day) };
  }
  const label = dateOfDay(day).slice(0, 7);
  const from_day = dayOfDate(`${label}-01`);
  // Day 31 after the first is always in the next month.
  return { from_day, to_day: dayOfDate(`${dateOfDay(from_day + 31).slice(0, 7)}-01`) - 1, label };
}

/** ISO 8601: a week belongs to the year of its Thursday. */
export function isoWeekLabel(monday: number): string {
  const thursday = monday + 3;
  const year = dateOfDay(thursday).slice(0, 4);
  const week = Math.floor((thursday - dayOfDate(`${year}-01-01`)) / 7) + 1;
  return `${year}-W${String(week).padStart(2, "0")}`;
}

function hourGrid(range: DayRange, time_zone: string): Grid {
  const buckets: Bucket[] = [];
  const index_of = new Map<number, number>();
  for (let hour = range.from_day * 24; hour < (range.to_day + 1) * 24; hour++) {
    if (startOfHourMs(hour, time_zone) === null) continue;
    const day = Math.floor(hour / 24);
    index_of.set(hour, buckets.length);
    buckets.push({ label: `${dateOfDay(day)}T${String(hour - day * 24).padStart(2, "0")}:00`, from_day: day, to_day: day, hour, partial: false });
  }
  return { range, unit: "hour", buckets, index_of };
}

/**
 * The first moment of a local hour, UTC milliseconds; null for an hour that the clock skips. An hour that the clock repeats is one
 * bucket of two hours that begins at the earlier one.
 */
export function startOfHourMs(hour: number, time_zone: string): number | null {
  const naive_ms = hour * HOUR_MS;
  let start_ms: number | null = null;
  // Around a transition the offset of the day before and of the day after are the only two that can apply.
  for (const nearby_ms of [naive_ms - DAY_MS, naive_ms + DAY_MS]) {
    const candidate_ms = naive_ms - utcOffsetMs(nearby_ms, time_zone);
    if (localHour(candidate_ms, time_zone) === hour && (start_ms === null || candidate_ms < start_ms)) start_ms = candidate_ms;
  }
  return start_ms;
}

/** When a bucket begins, UTC milliseconds. */
export function startOfBucketMs(bucket: Bucket, time_zone: string): number {
  const hour_start_ms = bucket.hour === null ? null : startOfHourMs(bucket.hour, time_zone);
  return hour_start_ms ?? startOfDayMs(bucket.from_day, time_zone);
}
