import type { Database, SqlValue } from "../../domain/database.ts";

/** The Database port over a Durable Object's SQLite; counts rows for logs. */
export class SqliteDatabase implements Database {
  rows_read = 0;
  rows_written = 0;

  constructor(private readonly sql: SqlStorage) {}

  all<Row>(sql: string, ...params: SqlValue[]): Row[] {
    const cursor = this.sql.exec(sql, ...params);
    // Arrays come from the runtime at half of what objects cost.
    const names = cursor.columnNames;
    const rows: Row[] = [];
    for (const values of cursor.raw()) {
      const row: Record<string, SqlStorageValue> = {};
      for (let index = 0; index < names.length; index++) row[names[index]!] = values[index]!;
      rows.push(row as Row);
    }
    this.count(cursor);
    return rows;
  }

  one<Row>(sql: string, ...params: SqlValue[]): Row | undefined {
    const cursor = this.sql.exec(sql, ...params);
    const first = cursor.next();
    this.count(cursor);
    return first.done ? undefined : (first.value as Row);
  }

  run(sql: string, ...params: SqlValue[]): number {
    const cursor = this.sql.exec(sql, ...params);
    this.count(cursor);
    return cursor.rowsWritten;
  }

  *rows(sql: string, ...params: SqlValue[]): Iterable<SqlValue[]> {
    const cursor = this.sql.exec(sql, ...params);
    yield* cursor.raw();
    this.count(cursor);
  }

  private count(cursor: SqlStorageCursor<Record<string, SqlStorageValue>>): void {
    this.rows_read += cursor.rowsRead;
    this.rows_written += cursor.rowsWritten;
  }
}
