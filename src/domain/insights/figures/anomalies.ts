import { localDay } from "../../time.ts";
import { bucketGrid } from "../buckets.ts";
import { METRIC_DEFINITIONS, metricValue, type Metric } from "../metrics.ts";
import type { DayRange } from "../range.ts";
import { rounded } from "../ratio.ts";
import type { FigureReader } from "./sums.ts";
import { readSeries, type Totals } from "./totals.ts";

export const ANOMALY_METRICS = ["interactions", "sessions", "visitors", "orders", "revenue", "conversion_rate"] as const satisfies readonly Metric[];
export type AnomalyMetric = (typeof ANOMALY_METRICS)[number];

export const BASELINE_WEEKS = 8;
export const BASELINE_WEEKS_MIN = 4;
export const Z_THRESHOLD = 3;
/** A baseline without any spread has no z; a departure of half its mean is reported instead. */
export const CONSTANT_BASELINE_SHARE = 0.5;

export interface BaselineDay {
  day: number;
  value: number;
}

/** A day that does not fit the same weekday of the weeks before. Money in minor units. */
export interface UnusualDay {
  day: number;
  value: number;
  mean: number;
  /** Of the sample (n − 1). */
  standard_deviation: number;
  /** Null when the baseline has no spread. */
  z: number | null;
  baseline: BaselineDay[];
}

export interface AnomalousDay extends UnusualDay {
  metric: AnomalyMetric;
}

export interface AnomalyScan {
  anomalies: AnomalousDay[];
  /** Days with enough history to be judged; today, which is not over, is not among them. */
  days_checked: number;
}

/** Compares every finished day of the range with the same weekday of the eight weeks before it, for each metric; newest and strongest first. */
export function findAnomalies(reader: FigureReader, range: DayRange, metrics: readonly AnomalyMetric[]): AnomalyScan {
  const yesterday = localDay(reader.now, reader.organization.time_zone) - 1;
  const to_day = Math.min(range.to_day, yesterday);
  const first = reader.db.one<{ hour: number }>("SELECT hour FROM rollup_events WHERE hour >= 0 ORDER BY hour LIMIT 1");
  if (!first || to_day < range.from_day) return { anomalies: [], days_checked: 0 };
  const first_day = Math.floor(first.hour / 24);
  const read: DayRange = { from_day: Math.max(range.from_day - 7 * BASELINE_WEEKS, first_day), to_day };
  if (read.from_day > read.to_day) return { anomalies: [], days_checked: 0 };
  const parts = [...new Set(metrics.map((metric) => METRIC_DEFINITIONS[metric].part))];
  const days = readSeries(reader, { grid: bucketGrid(read, "day", reader.organization.time_zone), parts }).get("") ?? [];
  const totalsOf = (day: number): Totals | undefined => days[day - read.from_day];

  const anomalies: AnomalousDay[] = [];
  let days_checked = 0;
  for (let day = range.from_day; day <= to_day; day++) {
    if (day - 7 * BASELINE_WEEKS_MIN < first_day) continue;
    days_checked++;
    for (const metric of metrics) {
      const anomaly = judge(day, metric, totalsOf);
      if (anomaly) anomalies.push(anomaly);
    }
  }
  return { anomalies: anomalies.toSorted((a, b) => b.day - a.day || strength(b) - strength(a) || (a.metric < b.metric ? -1 : 1)), days_checked };
}

function judge(day: number, metric: AnomalyMetric, totalsOf: (day: number) => Totals | undefined): AnomalousDay | null {
  const verdict = judgeDay(day, (other) => {
    const totals = totalsOf(other);
    return totals ? metricValue(metric, totals) : null;
  });
  return verdict && { ...verdict, metric };
}

/** The verdict on one day, by what it and the days before it came to (null: unknown); null for a day that fits. */
export function judgeDay(day: number, valueOn: (day: number) => number | null): UnusualDay | null {
  const value = valueOn(day);
  if (value === null) return null;
  const baseline: BaselineDay[] = [];
  for (let weeks = 1; weeks <= BASELINE_WEEKS; weeks++) {
    const before = valueOn(day - 7 * weeks);
    if (before !== null) baseline.push({ day: day - 7 * weeks, value: before });
  }
  if (baseline.length < BASELINE_WEEKS_MIN) return null;
  const mean = baseline.reduce((sum, one) => sum + one.value, 0) / baseline.length;
  const variance = baseline.reduce((sum, one) => sum + (one.value - mean) ** 2, 0) / (baseline.length - 1);
  const standard_deviation = Math.sqrt(variance);
  // Below this the spread is binary noise of equal values.
  const spread = standard_deviation > Math.abs(mean) * 1e-9;
  const z = spread ? rounded((value - mean) / standard_deviation) : null;
  const stands_out = z !== null ? Math.abs(z) >= Z_THRESHOLD : mean !== 0 && Math.abs(value - mean) >= Math.abs(mean) * CONSTANT_BASELINE_SHARE;
  return stands_out ? { day, value, mean, standard_deviation: spread ? standard_deviation : 0, z, baseline } : null;
}

/** For ordering: no spread at all is the strongest departure. */
export function strength(anomaly: UnusualDay): number {
  return anomaly.z === null ? Number.MAX_VALUE : Math.abs(anomaly.z);
}
