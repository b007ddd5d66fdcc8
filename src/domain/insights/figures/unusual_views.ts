import { localDay } from "../../time.ts";
import type { Comparison } from "../compared_range.ts";
import type { DayRange, Reader } from "../range.ts";
import {
  BASELINE_WEEKS_MIN,
  baselineOf,
  judgeDay,
  judgedRange,
  mayBeChance,
  readActiveDays,
  strength,
  trackedDays,
  type UnusualDay,
} from "./baseline.ts";
import { readProductDays, type ProductSums } from "./one_product.ts";

/** A product's days of both ranges, and those before the first one that its days are judged by. */
export function readJudgedDays({ db }: Reader, product_id: string, { range, before }: Comparison): Map<number, ProductSums> {
  return new Map([...readProductDays(db, product_id, before), ...readProductDays(db, product_id, judgedRange(range))]);
}

export interface UnusualViewsDay extends UnusualDay {
  may_be_chance: boolean;
}

/**
 * Finished days of the range whose views do not fit the same weekday of the weeks before, since the product was first seen; those that chance does
 * not explain first, then the strongest.
 */
export function findUnusualViews(reader: Reader, range: DayRange, days: ReadonlyMap<number, ProductSums>, first_day: number): UnusualViewsDay[] {
  const yesterday = localDay(reader.now, reader.organization.time_zone) - 1;
  const wasTracked = trackedDays(readActiveDays(reader, judgedRange(range)));
  const found: UnusualDay[] = [];
  let judged = 0;
  for (let day = Math.max(range.from_day, first_day); day <= Math.min(range.to_day, yesterday); day++) {
    const baseline = baselineOf(day, (before) => before >= first_day && wasTracked(before));
    if (baseline.length < BASELINE_WEEKS_MIN) continue;
    judged++;
    const unusual = judgeDay(day, baseline, (other) => ({ value: days.get(other)?.views ?? 0 }));
    if (unusual) found.push(unusual);
  }
  return found
    .map((unusual) => ({ ...unusual, may_be_chance: mayBeChance(unusual, judged) }))
    .toSorted((a, b) => Number(a.may_be_chance) - Number(b.may_be_chance) || strength(b) - strength(a) || b.day - a.day);
}
