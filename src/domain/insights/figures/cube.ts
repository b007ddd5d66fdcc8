import type { DayRange, Reader } from "../range.ts";
import {
  SUM_COLUMNS,
  readSums,
  type FigureCache,
  type FigureReader,
  type GroupTypes,
  type HourlyRollups,
  type RollupTable,
  type Sums,
} from "./sums.ts";

/** By what each rollup is read ahead; whatever is not here (hours, campaigns) comes from the database. */
const CUBE_GROUPS = {
  rollup_events: ["day", "type", "source_type"],
  rollup_sessions: ["day", "source_type", "reached"],
  rollup_orders: ["day", "currency", "source_type"],
  rollup_friction: ["day", "signal"],
} as const satisfies Record<RollupTable, readonly (keyof GroupTypes)[]>;

type CubeRow = Record<string, string | number>;

/**
 * Each rollup of a span of days read once, by day, for answers that look at the same days in many ways (totals, the range before, sources, events,
 * series, baselines): those are then sums over some thousands of rows in memory.
 */
class DailyCube implements FigureCache {
  private readonly rows = new Map<RollupTable, CubeRow[]>();
  private visitors: Map<number, number> | null = null;

  constructor(
    private readonly reader: Reader,
    private readonly span: DayRange,
  ) {}

  sums<Table extends RollupTable, Group extends HourlyRollups[Table]["group"]>(
    table: Table,
    range: DayRange,
    groups: readonly Group[],
  ): Sums<Table, Group>[] | null {
    const known: readonly string[] = CUBE_GROUPS[table];
    if (range.from_day < this.span.from_day || range.to_day > this.span.to_day || !groups.every((group) => known.includes(group))) return null;
    const columns: readonly string[] = SUM_COLUMNS[table];
    const totals = new Map<string, CubeRow>();
    for (const row of this.rowsOf(table)) {
      const day = Number(row.day);
      if (day < range.from_day || day > range.to_day) continue;
      let key = "";
      for (const group of groups) key += `${row[group]}\u0000`;
      let total = totals.get(key);
      if (!total) {
        total = {};
        for (const group of groups) total[group] = row[group]!;
        for (const column of columns) total[column] = 0;
        totals.set(key, total);
      }
      for (const column of columns) total[column] = Number(total[column]) + Number(row[column]);
    }
    return [...totals.values()] as Sums<Table, Group>[];
  }

  visitorsOn(day: number): number | null {
    if (day < this.span.from_day || day > this.span.to_day) return null;
    this.visitors ??= new Map(
      this.reader.db
        .all<{ bucket: number; visitors: number }>(
          "SELECT bucket, SUM(visitors) AS visitors FROM rollup_visitors WHERE period = 'day' AND bucket >= ? AND bucket <= ? GROUP BY bucket",
          this.span.from_day,
          this.span.to_day,
        )
        .map((row) => [row.bucket, row.visitors]),
    );
    return this.visitors.get(day) ?? 0;
  }

  private rowsOf(table: RollupTable): CubeRow[] {
    let rows = this.rows.get(table);
    if (!rows) {
      rows = this.load(table);
      this.rows.set(table, rows);
    }
    return rows;
  }

  private load(table: RollupTable): CubeRow[] {
    switch (table) {
      case "rollup_events":
        return readSums(this.reader, table, this.span, CUBE_GROUPS[table]);
      case "rollup_sessions":
        return readSums(this.reader, table, this.span, CUBE_GROUPS[table]);
      case "rollup_orders":
        return readSums(this.reader, table, this.span, CUBE_GROUPS[table]);
      case "rollup_friction":
        return readSums(this.reader, table, this.span, CUBE_GROUPS[table]);
    }
  }
}

/** A reader that reads each rollup of each of these spans at most once. */
export function readAhead(reader: Reader, ...spans: readonly DayRange[]): FigureReader {
  const cubes = spans.map((span) => new DailyCube(reader, span));
  const cache: FigureCache = {
    sums: (table, range, groups) => firstKnown(cubes, (cube) => cube.sums(table, range, groups)),
    visitorsOn: (day) => firstKnown(cubes, (cube) => cube.visitorsOn(day)),
  };
  return { db: reader.db, organization: reader.organization, now: reader.now, cache };
}

function firstKnown<Value>(cubes: readonly DailyCube[], ask: (cube: DailyCube) => Value | null): Value | null {
  for (const cube of cubes) {
    const known = ask(cube);
    if (known !== null) return known;
  }
  return null;
}
