import { wholeGrid, type Grid } from "../buckets.ts";
import { METRIC_DEFINITIONS, metricValue, type Metric } from "../metrics.ts";
import type { Reader } from "../range.ts";
import { readSeries, type Dimension, type Totals } from "./totals.ts";

/** Longer than the name of any event, source or campaign can be. */
const REST = "rest".padEnd(1_000);

export interface MetricSeries {
  /** `all` without a dimension, `value` for one value of it, `rest` for all values beyond the limit together. */
  kind: "all" | "value" | "rest";
  /** The event, source or campaign; null for `all`, `rest` and interactions without a campaign. */
  key: string | null;
  total: Totals;
  /** One for each bucket of the grid. */
  points: Totals[];
}

export interface DimensionQuery {
  metric: Metric;
  dimension: Dimension | null;
  /** At most this many values of the dimension, those with the largest total. */
  limit: number;
}

/** A metric over the grid's buckets, split by the dimension's largest values; what is beyond them is one more series. */
export function readMetricSeries(reader: Reader, grid: Grid, { metric, dimension, limit }: DimensionQuery): MetricSeries[] {
  const parts = [METRIC_DEFINITIONS[metric].part];
  const whole = readSeries(reader, { grid: wholeGrid(grid.range), parts, dimension });
  const ranked = [...whole]
    .flatMap(([key, [total]]) => (total ? [{ key, total, size: metricValue(weightOf(metric), total) ?? 0 }] : []))
    .toSorted((a, b) => b.size - a.size || (a.key < b.key ? -1 : 1));
  const kept = new Set(ranked.slice(0, limit).map(({ key }) => key));
  const key_of = (value: string): string => (kept.has(value) ? value : REST);
  const points = readSeries(reader, { grid, parts, dimension, key_of });
  const totals = ranked.length > kept.size ? readSeries(reader, { grid: wholeGrid(grid.range), parts, dimension, key_of }) : whole;
  return [...kept, ...(totals.has(REST) ? [REST] : [])].flatMap((key) => {
    const total = totals.get(key)?.[0];
    const series = points.get(key);
    if (!total || !series) return [];
    return [{ kind: kindOf(key, dimension), key: dimension === null || key === REST || key === "" ? null : key, total, points: series }];
  });
}

/** A rate of three sessions is not larger than one of three thousand: values are ranked by what the metric counts. */
function weightOf(metric: Metric): Metric {
  if (METRIC_DEFINITIONS[metric].kind === "rate") return "sessions";
  return metric === "average_order_value" ? "orders" : metric;
}

function kindOf(key: string, dimension: Dimension | null): MetricSeries["kind"] {
  if (dimension === null) return "all";
  return key === REST ? "rest" : "value";
}
