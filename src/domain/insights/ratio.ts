import * as z from "zod";

/** A quotient of two figures; null where the denominator is zero. */
export const Ratio = z.number().nullable();

/** Six decimals: enough for one event in a million, and free of binary noise such as 0.30000000000000004. */
export function rounded(value: number): number {
  const result = Math.round(value * 1e6) / 1e6;
  return result === 0 ? 0 : result;
}

/** `part / whole` to six decimals; null, never 0, when the whole is zero. */
export function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : rounded(part / whole);
}

/** `1 - part / whole`; null when the whole is zero. */
export function complement(part: number, whole: number): number | null {
  return whole === 0 ? null : rounded(1 - part / whole);
}

/** How far `current` lies from `previous`, as a share of `previous` (0.1 is 10 % more); null without a previous figure to divide by. */
export function relativeChange(current: number | null, previous: number | null): number | null {
  return current === null || previous === null || previous === 0 ? null : rounded((current - previous) / Math.abs(previous));
}
