export type SqlValue = string | number | null | ArrayBuffer | Uint8Array;

/**
 * The synchronous SQL port a handler works with. The actor implements it over its own SQLite.
 * Traps that hold everywhere: every JS number binds as REAL (CAST(? AS INTEGER) before arithmetic or division), booleans
 * must be sent as 0 or 1, at most 100 bound parameters and 5 terms in a compound SELECT: send lists as one JSON string and read
 * them with json_each(?).
 */
export interface Database {
  /** All rows as objects. */
  all<Row>(sql: string, ...params: SqlValue[]): Row[];
  /** The first row, or undefined. */
  one<Row>(sql: string, ...params: SqlValue[]): Row | undefined;
  /** Runs a statement and returns how many rows it wrote (index entries count too). */
  run(sql: string, ...params: SqlValue[]): number;
  /** Rows one after another as arrays in column order; the cheapest way to read many. */
  rows(sql: string, ...params: SqlValue[]): Iterable<SqlValue[]>;
}

/** Writes a whole row, whether it is there already or not. The first column is the key. */
export function upsertSql(table: string, columns: readonly string[]): string {
  const changes = columns.slice(1).map((column) => `${column} = excluded.${column}`);
  return `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})
    ON CONFLICT (${columns[0]}) DO UPDATE SET ${changes.join(", ")}`;
}
