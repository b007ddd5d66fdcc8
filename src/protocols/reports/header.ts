import type * as z from "zod";
import type { Coverage } from "../../domain/insights/coverage.ts";
import type { DateRange } from "../../domain/insights/range.ts";

const MINUTE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d).*$/;

type Range = z.output<typeof DateRange>;

/** Title and what the figures cover. */
export function reportHeader(
  title: string,
  answer: { range: Range; previous_range?: Range; computed_at: string; coverage: z.output<typeof Coverage> },
  time_zone?: string,
): string {
  const { range, previous_range, coverage } = answer;
  const lines = [
    `# ${title}, ${span(range)}`,
    `${range.days === 1 ? "1 day" : `${range.days} days`}${time_zone === undefined ? "" : ` in ${time_zone}`}${previous_range ? `, beside ${span(previous_range)}` : ""}. Read at ${answer.computed_at.replace(MINUTE, "$1Z")}.`,
  ];
  if (coverage.from === null) lines.push("There is no data in these days.");
  else if (coverage.from !== range.date_from || coverage.to !== range.date_to) lines.push(`There is data from ${coverage.from} to ${coverage.to}.`);
  if (coverage.days_to_come > 0) lines.push(`${coverage.days_to_come} of these days are still to come: the figures say nothing about them.`);
  if (coverage.rebuilding) lines.push("The figures are being rebuilt and not complete: read again later.");
  return lines.join("\n");
}

function span({ date_from, date_to }: Range): string {
  return `${date_from} to ${date_to}`;
}
