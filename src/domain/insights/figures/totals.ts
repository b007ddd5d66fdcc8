import { wholeGrid, type Grid } from "../buckets.ts";
import type { DayRange } from "../range.ts";
import { reachedAll } from "./reach.ts";
import { readSums, type FigureReader } from "./sums.ts";
import { readDistinctVisitors } from "./visitors.ts";

/** Plain figures of one bucket; everything that is a ratio derives from these (metrics.ts). Money in minor units of the organization's currency. */
export interface Totals {
  interactions: number;
  sessions: number;
  purchasing_sessions: number;
  cart_sessions: number;
  purchasing_cart_sessions: number;
  visitors: number;
  /** Distinct transactions in any currency. */
  orders: number;
  /** Those in the organization's currency, which `gross` adds up. */
  own_currency_orders: number;
  gross: number;
  refunds: number;
  refunded: number;
}

export type TotalsPart = "events" | "sessions" | "orders" | "visitors";
const ALL_PARTS: readonly TotalsPart[] = ["events", "sessions", "orders", "visitors"];

/** What a series can be split by. An event name is a property of interactions alone. */
export const DIMENSIONS = ["event", "source", "campaign"] as const;
/** What two of the names mean, which elsewhere stand for other things. */
export const DIMENSIONS_EXPLAINED = "source: where it was observed (web, cctv, social); campaign: utm_campaign";
export type Dimension = (typeof DIMENSIONS)[number];
export const DIMENSION_COLUMN = { source: "source_type", campaign: "campaign" } as const;

export interface SeriesQuery {
  grid: Grid;
  parts?: readonly TotalsPart[];
  dimension?: Dimension | null;
  /** Which series a dimension's value belongs to; its own where not given. */
  key_of?: (value: string) => string;
}

function noTotals(): Totals {
  return {
    interactions: 0,
    sessions: 0,
    purchasing_sessions: 0,
    cart_sessions: 0,
    purchasing_cart_sessions: 0,
    visitors: 0,
    orders: 0,
    own_currency_orders: 0,
    gross: 0,
    refunds: 0,
    refunded: 0,
  };
}

/**
 * Totals of every bucket, one list for each value of the dimension (a single one, "", without a dimension). Buckets without data are zero.
 * Visitors are read only without a dimension.
 */
export function readSeries(
  reader: FigureReader,
  { grid, parts = ALL_PARTS, dimension = null, key_of = (value) => value }: SeriesQuery,
): Map<string, Totals[]> {
  const series = new Map<string, Totals[]>();
  const listOf = (key: string): Totals[] => {
    const known = series.get(key);
    if (known) return known;
    const list = grid.buckets.map(noTotals);
    series.set(key, list);
    return list;
  };
  const unit = grid.unit === null ? [] : [grid.unit];
  const at = (row: Partial<Record<"hour" | "day" | "type" | "source_type" | "campaign", string | number>>): Totals | undefined => {
    const column = dimension === null ? null : dimension === "event" ? "type" : DIMENSION_COLUMN[dimension];
    const bucket = grid.unit === null ? 0 : grid.index_of.get(Number(row[grid.unit]));
    return bucket === undefined ? undefined : listOf(column === null ? "" : key_of(String(row[column])))[bucket];
  };
  if (dimension === null) listOf("");

  if (parts.includes("events")) {
    const split = dimension === null ? [] : dimension === "event" ? (["type"] as const) : [DIMENSION_COLUMN[dimension]];
    for (const row of readSums(reader, "rollup_events", grid.range, [...unit, ...split])) {
      const totals = at(row);
      if (totals) totals.interactions += row.interactions;
    }
  }
  const split = dimension === null || dimension === "event" ? [] : [DIMENSION_COLUMN[dimension]];
  if (parts.includes("sessions") && dimension !== "event") {
    for (const row of readSums(reader, "rollup_sessions", grid.range, [...unit, ...split, "reached"])) {
      const totals = at(row);
      if (totals) addSessions(totals, row.reached, row.sessions);
    }
  }
  if (parts.includes("orders") && dimension !== "event") {
    for (const row of readSums(reader, "rollup_orders", grid.range, [...unit, ...split, "currency"])) {
      const totals = at(row);
      if (totals) addOrders(totals, row, row.currency === reader.organization.currency);
    }
  }
  if (parts.includes("visitors") && dimension === null && grid.unit !== "hour") {
    const list = listOf("");
    readDistinctVisitors(reader, grid.buckets).forEach((visitors, bucket) => {
      list[bucket]!.visitors = visitors;
    });
  }
  return series;
}

function addSessions(totals: Totals, reached: number, sessions: number): void {
  totals.sessions += sessions;
  const purchased = reachedAll(reached, ["purchase"]);
  if (purchased) totals.purchasing_sessions += sessions;
  if (!reachedAll(reached, ["add_to_cart"])) return;
  totals.cart_sessions += sessions;
  if (purchased) totals.purchasing_cart_sessions += sessions;
}

interface OrderSums {
  orders: number;
  gross: number;
  refunds: number;
  refunded: number;
}

function addOrders(totals: Totals, row: OrderSums, own_currency: boolean): void {
  totals.orders += row.orders;
  if (!own_currency) return;
  totals.own_currency_orders += row.orders;
  totals.gross += row.gross;
  totals.refunds += row.refunds;
  totals.refunded += row.refunded;
}

/** The figures of one range. */
export function readTotals(reader: FigureReader, range: DayRange): Totals {
  return readSeries(reader, { grid: wholeGrid(range) }).get("")?.[0] ?? noTotals();
}

/** Total figures of a range for each source or event, largest first. */
export function readTotalsBy(reader: FigureReader, range: DayRange, dimension: Dimension): { key: string; totals: Totals }[] {
  return [...readSeries(reader, { grid: wholeGrid(range), dimension })]
    .flatMap(([key, [totals]]) => (totals ? [{ key, totals }] : []))
    .toSorted((a, b) => b.totals.interactions - a.totals.interactions || (a.key < b.key ? -1 : 1));
}
