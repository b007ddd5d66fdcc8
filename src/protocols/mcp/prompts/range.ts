import type { McpHost } from "../../../domain/mcp/executor.ts";
import { addDays, lastFullWeek, todayOf, type DateSpan } from "../../../domain/insights/calendar.ts";
import { dateFrom, dateTo } from "../completion/dates.ts";
import { Day, DAY_EXPECTED } from "../day.ts";
import { invalidParameter } from "../protocol_errors.ts";
import type { PromptArgument, PromptArguments } from "./prompt.ts";

export const rangeArguments: readonly PromptArgument[] = [
  {
    name: "date_from",
    title: "First day",
    description:
      "YYYY-MM-DD in the organization's time zone; left out: six days before the last day, and without both the last full week (Monday to Sunday)",
    schema: Day,
    expected: DAY_EXPECTED,
    completer: dateFrom,
  },
  {
    name: "date_to",
    title: "Last day, inclusive",
    description: "YYYY-MM-DD; left out: six days after the first day, but not after today",
    schema: Day,
    expected: DAY_EXPECTED,
    completer: dateTo,
  },
];

/** The days that the arguments mean. Throws McpError where the first is after the last. */
export function spanOf(host: McpHost, { date_from, date_to }: PromptArguments): DateSpan {
  if (date_from === undefined && date_to === undefined) return lastFullWeek(host);
  if (date_to === undefined) return { date_from: date_from!, date_to: atLeast(date_from!, earlier(addDays(date_from!, 6), todayOf(host))) };
  if (date_from === undefined) return { date_from: addDays(date_to, -6), date_to };
  if (date_from > date_to) throw invalidParameter("arguments.date_from", `a date on or before date_to (${date_to})`, "date_from is after date_to");
  return { date_from, date_to };
}

function earlier(a: string, b: string): string {
  return a < b ? a : b;
}

function atLeast(least: string, date: string): string {
  return date < least ? least : date;
}
