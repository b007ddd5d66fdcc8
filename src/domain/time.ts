import * as z from "zod";

/** A moment on the wire: ISO 8601 in UTC with milliseconds. Inside it is integer milliseconds. */
export const Timestamp = z.iso
  .datetime({ offset: true })
  .describe("ISO 8601 date and time, UTC")
  .meta({ examples: ["2019-10-01T00:00:00.000Z"] });

/** A calendar day in the organization's time zone. */
export const CalendarDate = z.iso
  .date()
  .describe("Date, YYYY-MM-DD, in the organization's time zone")
  .meta({ examples: ["2019-10-01"] });

export const TimeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, "an IANA time zone such as Europe/Berlin")
  .describe("IANA time zone in which the organization's days begin");

function isTimeZone(name: string): boolean {
  // "+02:00" is no zone: it has no name and no rules.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name }).format(0);
    return true;
  } catch {
    return false;
  }
}

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** Milliseconds since the epoch as ISO 8601 UTC. */
export function toTimestamp(ms: number): string {
  return new Date(ms).toISOString();
}
export function toTimestampOrNull(ms: number | null): string | null {
  return ms === null ? null : toTimestamp(ms);
}

const QUARTER_MS = 900_000;
const formatters = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, Map<number, number>>();

/**
 * Minutes are the finest a UTC offset changes by, and every zone's transitions since 1970 fall on a quarter of an hour, so the offset is
 * looked up once per quarter and zone (a format call costs ~2 µs, an ingest batch needs a thousand).
 * Returns local time minus UTC in milliseconds.
 */
export function utcOffsetMs(ms: number, timeZone: string): number {
  if (timeZone === "UTC") return 0;
  let byQuarter = offsets.get(timeZone);
  if (!byQuarter) offsets.set(timeZone, (byQuarter = new Map()));
  const quarter = Math.floor(ms / QUARTER_MS);
  let offset = byQuarter.get(quarter);
  if (offset === undefined) {
    offset = computeOffset(quarter * QUARTER_MS, timeZone);
    if (byQuarter.size > 20_000) byQuarter.clear();
    byQuarter.set(quarter, offset);
  }
  return offset;
}

function computeOffset(ms: number, timeZone: string): number {
  let formatter = formatters.get(timeZone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    formatters.set(timeZone, formatter);
  }
  const part: Record<string, number> = {};
  for (const { type, value } of formatter.formatToParts(ms)) part[type] = Number(value);
  return Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute, part.second) - Math.floor(ms / 1000) * 1000;
}

/** The local hour as an integer: hours since 1970-01-01T00 on the local clock. `floor(hour / 24)` is the local day. */
export function localHour(ms: number, timeZone: string): number {
  return Math.floor((ms + utcOffsetMs(ms, timeZone)) / HOUR_MS);
}

/** The local day as an integer: days since 1970-01-01 on the local calendar. */
export function localDay(ms: number, timeZone: string): number {
  return Math.floor((ms + utcOffsetMs(ms, timeZone)) / DAY_MS);
}

/** `2019-10-01` → 18170; the local day number of a calendar date. */
export function dayOfDate(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS;
}

/** 18170 → `2019-10-01`. */
export function dateOfDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Monday-based local week number of a local day: weeks since the week of 1970-01-01 (a Thursday). */
export function weekOfDay(day: number): number {
  return Math.floor((day + 3) / 7);
}
export function firstDayOfWeek(week: number): number {
  return week * 7 - 3;
}

/** The moment a local day begins, in UTC milliseconds. In a gap (a day that begins at 01:00) this is the first moment that exists. */
export function startOfDayMs(day: number, timeZone: string): number {
  const naive = day * DAY_MS;
  const first = naive - utcOffsetMs(naive, timeZone);
  const second = naive - utcOffsetMs(first, timeZone);
  if (first === second) return first;
  // The two guesses straddle a transition: the right one is the one whose local day is this day and whose previous moment is not.
  const [early, late] = first < second ? [first, second] : [second, first];
  return localDay(early, timeZone) === day ? early : late;
}
