import { localDay } from "../../time.ts";
import type { Comparison } from "../compared_range.ts";
import type { DayRange, Reader } from "../range.ts";
import { BASELINE_WEEKS, BASELINE_WEEKS_MIN, judgeDay, type UnusualDay } from "./anomalies.ts";
import { readProductDays, type ProductSums } from "./one_product.ts";

/** Below this many views, on the day and usually, a difference is chance. */
const VIEWS_MIN = 5;

/** A product's days of both ranges, and those before the first one that its days are judged by. */
export function readJudgedDays({ db }: Reader, product_id: string, { range, before }: Comparison): Map<number, ProductSums> {
  const judged: DayRange = { from_day: range.from_day - 7 * BASELINE_WEEKS, to_day: range.to_day };
  return new Map([...readProductDays(db, product_id, before), ...readProductDays(db, product_id, judged)]);
}

/** Finished days of the range whose views do not fit the same weekday of the weeks before, since the product was first seen; strongest first. */
export function findUnusualViews(reader: Reader, range: DayRange, days: ReadonlyMap<number, ProductSums>, first_day: number): UnusualDay[] {
  const yesterday = localDay(reader.now, reader.organization.time_zone) - 1;
  const valueOn = (day: number): number | null => (day < first_day ? null : (days.get(day)?.views ?? 0));
  const found: UnusualDay[] = [];
  for (let day = Math.max(range.from_day, first_day + 7 * BASELINE_WEEKS_MIN); day <= Math.min(range.to_day, yesterday); day++) {
    const unusual = judgeDay(day, valueOn);
    if (unusual && Math.max(unusual.value, unusual.mean) >= VIEWS_MIN) found.push(unusual);
  }
  return found;
}
