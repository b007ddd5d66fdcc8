import { wholeGrid } from "../buckets.ts";
import type { Comparison } from "../compared_range.ts";
import { METRIC_DEFINITIONS, metricValue, type Metric } from "../metrics.ts";
import type { InsightProduct } from "../product.ts";
import type { DayRange } from "../range.ts";
import { FRICTION_SIGNALS, readFriction } from "./friction.ts";
import type { MoverDimension, MoverMetric } from "./mover_metrics.ts";
import { readProductMovements } from "./product_movements.ts";
import type { FigureReader } from "./sums.ts";
import { readSeries, type Dimension } from "./totals.ts";

export const DIRECTIONS = ["up", "down", "both"] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** One value of a dimension in both ranges; money in minor units. */
export interface Movement {
  /** The source, campaign, event or signal; null for a product and for what has no campaign. */
  key: string | null;
  product: InsightProduct | null;
  now: number;
  past: number;
  /** Whether anything of it, not only of the metric, is in the range, and in the one before. */
  present: { now: boolean; past: boolean };
}

export interface MovementQuery {
  metric: MoverMetric;
  direction: Direction;
  limit: number;
  offset: number;
}

/** Those that moved, furthest first. */
export interface MovementPage {
  movements: Movement[];
  /** All that moved in the direction asked for. */
  total_moved: number;
  /** All values that occur in either range, moved or not, and what they come to together. */
  total_values: number;
  now: number;
  past: number;
}

export function readMovements(reader: FigureReader, comparison: Comparison, dimension: MoverDimension, query: MovementQuery): MovementPage {
  return dimension === "product"
    ? readProductMovements(reader.db, comparison, query)
    : pageOf(valuesOf(reader, comparison, dimension, query.metric), query);
}

function valuesOf(
  reader: FigureReader,
  { range, before }: Comparison,
  dimension: Exclude<MoverDimension, "product">,
  metric: MoverMetric,
): Movement[] {
  const read = (days: DayRange) => (dimension === "friction" ? signalsOf(reader, days) : totalsOf(reader, days, dimension, metric));
  const [now, past] = [read(range), read(before)];
  return [...new Set([...now.keys(), ...past.keys()])].map((key) => ({
    key: key === "" ? null : key,
    product: null,
    now: now.get(key)?.value ?? 0,
    past: past.get(key)?.value ?? 0,
    present: { now: now.get(key)?.present ?? false, past: past.get(key)?.present ?? false },
  }));
}

type Values = Map<string, { value: number; present: boolean }>;

function totalsOf(reader: FigureReader, range: DayRange, dimension: Dimension, metric: MoverMetric): Values {
  const known = metric as Metric;
  const series = readSeries(reader, { grid: wholeGrid(range), parts: ["events", METRIC_DEFINITIONS[known].part], dimension });
  return new Map(
    [...series].flatMap(([key, [totals]]) =>
      totals ? [[key, { value: metricValue(known, totals) ?? 0, present: totals.interactions > 0 }] as const] : [],
    ),
  );
}

function signalsOf(reader: FigureReader, range: DayRange): Values {
  const counts = readFriction(reader, range);
  const found = FRICTION_SIGNALS.filter((signal) => counts[signal] > 0);
  return new Map(found.map((signal) => [signal, { value: counts[signal], present: true }]));
}

function pageOf(values: readonly Movement[], { direction, limit, offset }: MovementQuery): MovementPage {
  const size = (movement: Movement): number => Math.abs(movement.now - movement.past);
  const moved = values
    .filter(({ now, past }) => (direction === "up" ? now > past : direction === "down" ? now < past : now !== past))
    .toSorted((a, b) => size(b) - size(a) || ((a.key ?? "") < (b.key ?? "") ? -1 : 1));
  const sum = (side: "now" | "past"): number => values.reduce((total, movement) => total + movement[side], 0);
  return {
    movements: moved.slice(offset, offset + limit),
    total_moved: moved.length,
    total_values: values.length,
    now: sum("now"),
    past: sum("past"),
  };
}
