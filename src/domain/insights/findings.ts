import { dateOfDay, localDay } from "../time.ts";
import type { Comparison } from "./compared_range.ts";
import { readCoverage } from "./coverage.ts";
import type { UnusualDay } from "./figures/baseline.ts";
import { amount, percent } from "./generated/wording.ts";
import type { FigureKind } from "./metrics.ts";
import { daysIn, type Reader } from "./range.ts";
import { relativeChange, rounded } from "./ratio.ts";

export const FINDINGS_MAX = 8;

/** A sentence with its figures. The heavier ones come first. */
export interface Finding {
  weight: number;
  text: string;
}

/** What a person would say first, at most eight sentences. */
export function sayFindings(findings: readonly Finding[]): string[] {
  return findings
    .toSorted((a, b) => b.weight - a.weight)
    .slice(0, FINDINGS_MAX)
    .map(({ text }) => text);
}

/** `1999, "USD"` → `19.99 USD`; `0.123` → `12.3 %`. */
export function say(kind: FigureKind, value: number, currency: string): string {
  if (kind === "money") return amount(Math.round(value), currency);
  return kind === "rate" ? percent(value) : String(rounded(value));
}

/** A mean has no more digits than say something: that of counts has one. */
export function sayMean(kind: FigureKind, mean: number, currency: string): string {
  return say(kind, kind === "count" ? Math.round(mean * 10) / 10 : mean, currency);
}

/** The same with its sign: what was added or taken away. */
export function saySigned(kind: FigureKind, value: number, currency: string): string {
  return `${value > 0 ? "+" : ""}${say(kind, value, currency)}`;
}

/** `Revenue fell by 12.5 % to 70.00 USD, from 80.00 USD.` */
export function sayChange(what: string, kind: FigureKind, now: number, past: number, currency: string): string {
  const [current, previous] = [say(kind, now, currency), say(kind, past, currency)];
  if (now === past) return `${what} stayed at ${current}.`;
  const change = relativeChange(now, past);
  const verb = now > past ? "rose" : "fell";
  if (change === null) return `${what} ${verb} to ${current}, from none.`;
  return `${what} ${verb} by ${percent(Math.abs(change))} to ${current}, from ${previous}.`;
}

/** `Unusually low views on 2019-10-09: 12, where that weekday had 40 on average (z = -4.1).` */
export function sayUnusual(what: string, kind: FigureKind, { day, value, mean, z }: UnusualDay, currency: string): string {
  const [observed, expected] = [say(kind, value, currency), sayMean(kind, mean, currency)];
  return `Unusually ${value > mean ? "high" : "low"} ${what} on ${dateOfDay(day)}: ${observed}, where that weekday had ${expected} on average (z = ${Math.round(z * 10) / 10}).`;
}

/** What makes the two ranges hard to compare; figures are sums over each range. */
export function comparability(reader: Reader, { range, before }: Comparison): Finding[] {
  const today = localDay(reader.now, reader.organization.time_zone);
  const findings: Finding[] = [];
  const { rebuilding, from } = readCoverage(reader, range);
  if (rebuilding) findings.push({ weight: 110, text: "The figures are being rebuilt and are not complete: read them again later." });
  if (from === null) findings.push({ weight: 105, text: `There is no data from ${dateOfDay(range.from_day)} to ${dateOfDay(range.to_day)}.` });
  if (readCoverage(reader, before).from === null)
    findings.push({
      weight: 100,
      text: `There is no data from ${dateOfDay(before.from_day)} to ${dateOfDay(before.to_day)}, so that there is nothing to compare with.`,
    });
  if (daysIn(range) !== daysIn(before))
    findings.push({
      weight: 80,
      text: `The ranges have ${daysIn(range)} and ${daysIn(before)} days, and the figures are sums over each, not averages.`,
    });
  if (range.to_day >= today && range.from_day <= today)
    findings.push({ weight: 80, text: `The range is not over: ${dateOfDay(today)}, which is today, is counted as far as it has come.` });
  return findings;
}
