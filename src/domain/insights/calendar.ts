import { dateOfDay, dayOfDate, firstDayOfWeek, localDay, weekOfDay } from "../time.ts";
import type { Reader } from "./range.ts";

export interface DateSpan {
  date_from: string;
  date_to: string;
}

type Clock = Pick<Reader, "now" | "organization">;

/** The organization's calendar day. */
export function todayOf({ now, organization }: Clock): string {
  return dateOfDay(localDay(now, organization.time_zone));
}

export function addDays(date: string, days: number): string {
  return dateOfDay(dayOfDate(date) + days);
}

/** The Monday of a date's week. */
export function weekStartOf(date: string): string {
  return dateOfDay(firstDayOfWeek(weekOfDay(dayOfDate(date))));
}

export function weekOf(date: string): DateSpan {
  const date_from = weekStartOf(date);
  return { date_from, date_to: addDays(date_from, 6) };
}

/** Monday to Sunday of the last week that is over. */
export function lastFullWeek(clock: Clock): DateSpan {
  return weekOf(addDays(todayOf(clock), -7));
}

/** The seven days that ended yesterday. */
export function lastSevenDays(clock: Clock): DateSpan {
  const today = todayOf(clock);
  return { date_from: addDays(today, -7), date_to: addDays(today, -1) };
}

/** The thirty days that ended yesterday. */
export function lastThirtyDays(clock: Clock): DateSpan {
  const today = todayOf(clock);
  return { date_from: addDays(today, -30), date_to: addDays(today, -1) };
}

export function monthStartOf(date: string): string {
  return `${date.slice(0, 7)}-01`;
}

export function monthEndOf(date: string): string {
  // Day 31 after the first is always in the next month.
  return addDays(monthStartOf(addDays(monthStartOf(date), 31)), -1);
}
