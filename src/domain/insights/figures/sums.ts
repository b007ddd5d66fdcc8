import { hoursOf, type DayRange, type Reader } from "../range.ts";

/** Rollups by local hour: what they can be grouped by and what they count. */
export interface HourlyRollups {
  rollup_events: { group: "hour" | "day" | "type" | "source_type" | "campaign"; sum: "interactions" };
  rollup_sessions: { group: "hour" | "day" | "source_type" | "campaign" | "reached"; sum: "sessions" };
  rollup_orders: { group: "hour" | "day" | "currency" | "source_type" | "campaign"; sum: "orders" | "gross" | "refunds" | "refunded" };
  rollup_friction: { group: "hour" | "day" | "signal"; sum: "occurrences" };
}
export type RollupTable = keyof HourlyRollups;

export interface GroupTypes {
  hour: number;
  day: number;
  reached: number;
  type: string;
  source_type: string;
  campaign: string;
  currency: string;
  signal: string;
}

export type Sums<Table extends RollupTable, Group extends keyof GroupTypes> = { [K in Group]: GroupTypes[K] } & Record<
  HourlyRollups[Table]["sum"],
  number
>;

export const SUM_COLUMNS: { [Table in RollupTable]: readonly HourlyRollups[Table]["sum"][] } = {
  rollup_events: ["interactions"],
  rollup_sessions: ["sessions"],
  rollup_orders: ["orders", "gross", "refunds", "refunded"],
  rollup_friction: ["occurrences"],
};

/** Figures already read in this call. */
export interface FigureCache {
  /** Null when they have to come from the database. */
  sums<Table extends RollupTable, Group extends HourlyRollups[Table]["group"]>(
    table: Table,
    range: DayRange,
    groups: readonly Group[],
  ): Sums<Table, Group>[] | null;
  /** Distinct visitors of one day; null as above. */
  visitorsOn(day: number): number | null;
}

/** A reader that may have read ahead (cube.ts). */
export type FigureReader = Reader & { readonly cache?: FigureCache };

/** An hourly rollup over a range, summed by the groups asked for. Reads the range's rows by primary key and nothing else. */
export function readSums<Table extends RollupTable, Group extends HourlyRollups[Table]["group"]>(
  reader: FigureReader,
  table: Table,
  range: DayRange,
  groups: readonly Group[],
): Sums<Table, Group>[] {
  const known = reader.cache?.sums(table, range, groups);
  if (known) return known;
  const { from_hour, to_hour } = hoursOf(range);
  const columns = groups.map((group) => (group === "day" ? "hour / 24 AS day" : group));
  const sums = SUM_COLUMNS[table].map((column) => `ifnull(SUM(${column}), 0) AS ${column}`);
  const grouping = groups.length > 0 ? ` GROUP BY ${groups.map((_, index) => index + 1).join(", ")}` : "";
  return reader.db.all<Sums<Table, Group>>(
    `SELECT ${[...columns, ...sums].join(", ")} FROM ${table} WHERE hour >= ? AND hour <= ?${grouping}`,
    from_hour,
    to_hour,
  );
}
