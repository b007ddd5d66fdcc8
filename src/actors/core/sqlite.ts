import type { Database, SqlValue } from "../../domain/database.ts";

/** The Database port over a Durable Object's SQLite; counts rows for logs. */
export class SqliteDatabase implements Database {
  rows_read = 0;
  rows_written = 0;

  constructor(private readonly sql: SqlStorage) {}

  all<Row>(sql: string, ...params: SqlValue[]): Row[] {
    const cursor = this.sql.exec(sql, ...params);
    const rows = cursor.toArray();
    this.count(cursor);
    return rows as Row[];
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
