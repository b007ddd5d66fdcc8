import type { DayRange } from "../range.ts";
import { readSums, type FigureReader } from "./sums.ts";

/** What gets in a customer's way; the thresholds of the web vitals are those of the ingest. */
export const FRICTION_SIGNALS = ["rage_click", "error", "lcp_poor", "ttfb_poor", "cls_poor"] as const;
export type FrictionSignal = (typeof FRICTION_SIGNALS)[number];

/** Occurrences of every signal in the range, zero where none. */
export function readFriction(reader: FigureReader, range: DayRange): Record<FrictionSignal, number> {
  const counts: Record<FrictionSignal, number> = { rage_click: 0, error: 0, lcp_poor: 0, ttfb_poor: 0, cls_poor: 0 };
  for (const row of readSums(reader, "rollup_friction", range, ["signal"])) {
    const signal = FRICTION_SIGNALS.find((known) => known === row.signal);
    if (signal) counts[signal] = row.occurrences;
  }
  return counts;
}
