import type { McpHost } from "../../../domain/mcp/executor.ts";
import { addDays, monthEndOf, monthStartOf, todayOf, weekStartOf } from "../../../domain/insights/calendar.ts";
import { Day } from "../day.ts";
import type { Completer } from "./completer.ts";

const WEEKS = 8;
const MONTHS = 12;

/** The first day of a range: week and month starts, on or before `date_to` where that is given. */
export const dateFrom: Completer = completer((host, { date_to }) => {
  const last = date(date_to);
  const near = last === null ? [] : [addDays(last, -6), weekStartOf(last), monthStartOf(last), addDays(last, -29), last];
  return [...near, ...starts(todayOf(host))].filter((day) => last === null || day <= last);
});

/** The last day: ends of weeks and months that are over, on or after `date_from` where that is given. */
export const dateTo: Completer = completer((host, { date_from }) => {
  const today = todayOf(host);
  const first = date(date_from);
  const near = first === null ? [] : [addDays(first, 6), addDays(weekStartOf(first), 6), monthEndOf(first), addDays(first, 29), first];
  const ends = starts(today).flatMap((day) => [addDays(day, -1), day]);
  return [...near, addDays(today, -1), today, ...ends].filter((day) => day <= today && (first === null || day >= first));
});

/** Any day up to today, the latest first. */
export const pastDay: Completer = completer((host) => {
  const today = todayOf(host);
  return Array.from({ length: 60 }, (_, days) => addDays(today, -days));
});

function completer(candidates: (host: McpHost, given: Readonly<Record<string, string>>) => string[]): Completer {
  return {
    scopes: [],
    operations: [],
    suggest: (host, typed, given) => ({ values: [...new Set(candidates(host, given))].filter((day) => day.startsWith(typed)), has_more: false }),
  };
}

/** Yesterday and today, then Mondays and firsts of months, the latest first. */
function starts(today: string): string[] {
  const mondays = Array.from({ length: WEEKS }, (_, weeks) => addDays(weekStartOf(today), -7 * weeks));
  const firsts: string[] = [monthStartOf(today)];
  while (firsts.length < MONTHS) firsts.push(monthStartOf(addDays(firsts.at(-1)!, -1)));
  return [addDays(today, -1), today, ...[...mondays, ...firsts].toSorted().toReversed()];
}

function date(text: string | undefined): string | null {
  return text !== undefined && Day.safeParse(text).success ? text : null;
}
