import { localDay } from "../../time.ts";
import { bucketGrid } from "../buckets.ts";
import { METRIC_DEFINITIONS, metricValue, type Metric } from "../metrics.ts";
import type { DayRange } from "../range.ts";
import { BASELINE_WEEKS_MIN, baselineOf, judgeDay, judgedRange, mayBeChance, strength, trackedDays, type UnusualDay } from "./baseline.ts";
import type { DayFigure } from "./chance.ts";
import type { FigureReader } from "./sums.ts";
import { readSeries, type Totals, type TotalsPart } from "./totals.ts";

export const ANOMALY_METRICS = ["interactions", "sessions", "visitors", "orders", "revenue", "conversion_rate"] as const satisfies readonly Metric[];
export type AnomalyMetric = (typeof ANOMALY_METRICS)[number];

/** What each figure of a day is made of, and the rollups that takes. */
const MADE_OF: Partial<Record<AnomalyMetric, { part: TotalsPart; of(totals: Totals): DayFigure["of"] }>> = {
  interactions: { part: "sessions", of: ({ sessions }) => ({ kind: "sum", count: sessions }) },
  revenue: { part: "orders", of: ({ orders }) => ({ kind: "sum", count: orders }) },
  conversion_rate: { part: "sessions", of: ({ purchasing_sessions, sessions }) => ({ kind: "share", part: purchasing_sessions, whole: sessions }) },
};

export interface AnomalousDay extends UnusualDay {
  metric: AnomalyMetric;
  may_be_chance: boolean;
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
  const read: DayRange = { from_day: Math.max(judgedRange(range).from_day, first_day), to_day };
  if (read.from_day > read.to_day) return { anomalies: [], days_checked: 0 };
  const parts = [
    ...new Set(metrics.flatMap((metric): TotalsPart[] => [METRIC_DEFINITIONS[metric].part, MADE_OF[metric]?.part ?? "events", "events"])),
  ];
  const days = readSeries(reader, { grid: bucketGrid(read, "day", reader.organization.time_zone), parts }).get("") ?? [];
  const isHistory = trackedDays(new Set(days.flatMap(({ interactions }, index) => (interactions > 0 ? [read.from_day + index] : []))));

  const found: (UnusualDay & { metric: AnomalyMetric })[] = [];
  let days_checked = 0;
  for (let day = Math.max(range.from_day, first_day); day <= to_day; day++) {
    const baseline = baselineOf(day, isHistory);
    if (baseline.length < BASELINE_WEEKS_MIN) continue;
    days_checked++;
    for (const metric of metrics) {
      const unusual = judgeDay(day, baseline, (other) => figureOf(metric, days[other - read.from_day]));
      if (unusual) found.push({ ...unusual, metric });
    }
  }
  const judged = days_checked * metrics.length;
  const anomalies = found.map((unusual) => ({ ...unusual, may_be_chance: mayBeChance(unusual, judged) }));
  return { anomalies: anomalies.toSorted((a, b) => b.day - a.day || strength(b) - strength(a) || (a.metric < b.metric ? -1 : 1)), days_checked };
}

function figureOf(metric: AnomalyMetric, totals: Totals | undefined): DayFigure | null {
  const value = totals ? metricValue(metric, totals) : null;
  if (totals === undefined || value === null) return null;
  const of = MADE_OF[metric]?.of(totals);
  return of === undefined ? { value } : { value, of };
}

/** Those that chance does not explain first, then the strongest. */
export function strongestFirst(anomalies: readonly AnomalousDay[]): AnomalousDay[] {
  return anomalies.toSorted((a, b) => Number(a.may_be_chance) - Number(b.may_be_chance) || strength(b) - strength(a) || b.day - a.day);
}
