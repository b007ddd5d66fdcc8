import type { Database } from "../../database.ts";

/** A rollup table: its key columns, then the columns that are sums. */
interface RollupTable {
  keys: readonly string[];
  sums: readonly string[];
}

const TABLES = {
  rollup_events: { keys: ["hour", "type", "source_type", "campaign"], sums: ["interactions"] },
  rollup_sessions: { keys: ["hour", "source_type", "campaign", "reached"], sums: ["sessions"] },
  rollup_orders: { keys: ["hour", "currency", "source_type", "campaign"], sums: ["orders", "gross", "refunds", "refunded"] },
  rollup_products: { keys: ["day", "ref"], sums: ["views", "carts", "purchases", "quantity", "revenue"] },
  rollup_friction: { keys: ["hour", "signal"], sums: ["occurrences"] },
  rollup_visitors: { keys: ["period", "bucket", "gap"], sums: ["visitors"] },
  rollup_cohorts: { keys: ["cohort_week", "week"], sums: ["visitors"] },
  rollup_product_sessions: { keys: ["day", "ref"], sums: ["sessions"] },
  rollup_product_pairs: { keys: ["day", "ref_a", "ref_b"], sums: ["sessions"] },
} as const satisfies Record<string, RollupTable>;

export type RollupName = keyof typeof TABLES;
export const ROLLUP_NAMES = Object.keys(TABLES) as RollupName[];

type Row = (string | number)[];

/**
 * Contributions to the rollups, summed in memory and added to the tables by one statement each. A rollup is at all times the sum of what its rows
 * contribute: a correction subtracts what was contributed and adds what should be.
 */
export class RollupDelta {
  private readonly tables = new Map<RollupName, Map<string, Row>>();
  private subtracted = false;

  /** Adds `amounts` (times `sign`) to the row with this key; both in the order of the table's columns. */
  add(table: RollupName, key: readonly (string | number)[], amounts: readonly number[], sign: 1 | -1 = 1): void {
    let rows = this.tables.get(table);
    if (!rows) this.tables.set(table, (rows = new Map()));
    const name = key.join("\n");
    const row = rows.get(name);
    if (sign < 0) this.subtracted = true;
    if (!row) {
      rows.set(name, [...key, ...amounts.map((amount) => amount * sign)]);
      return;
    }
    for (let index = 0; index < amounts.length; index++) row[key.length + index] = (row[key.length + index] as number) + amounts[index]! * sign;
  }

  /** Writes everything; rows whose sums came down to zero go. */
  flush(db: Database): void {
    for (const [table, rows] of this.tables) {
      const { keys } = TABLES[table];
      const changed = [...rows.values()].filter((row) => row.slice(keys.length).some((amount) => amount !== 0));
      if (changed.length === 0) continue;
      const json = JSON.stringify(changed);
      db.run(UPSERTS[table], json);
      if (this.subtracted) db.run(DELETES[table], json);
    }
    this.tables.clear();
    this.subtracted = false;
  }
}

const UPSERTS = mapTables((table, { keys, sums }) => {
  const columns = [...keys, ...sums];
  const values = columns.map((_column, index) => `value ->> ${index}`).join(", ");
  return `INSERT INTO ${table} (${columns.join(", ")}) SELECT ${values} FROM json_each(?) WHERE true
    ON CONFLICT (${keys.join(", ")}) DO UPDATE SET ${sums.map((sum) => `${sum} = ${sum} + excluded.${sum}`).join(", ")}`;
});

const DELETES = mapTables((table, { keys, sums }) => {
  const wanted = keys.map((_key, index) => `value ->> ${index}`).join(", ");
  return `DELETE FROM ${table} WHERE (${keys.join(", ")}) IN (SELECT ${wanted} FROM json_each(?)) AND ${sums.map((sum) => `${sum} = 0`).join(" AND ")}`;
});

function mapTables(build: (table: RollupName, definition: RollupTable) => string): Record<RollupName, string> {
  return Object.fromEntries(ROLLUP_NAMES.map((table) => [table, build(table, TABLES[table])])) as Record<RollupName, string>;
}
