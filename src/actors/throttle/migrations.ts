import type { Migration } from "../core/migrate.ts";

export const THROTTLE_MIGRATIONS: readonly Migration[] = [
  {
    name: "0001_buckets",
    sql: "CREATE TABLE rate_limit_buckets (credential TEXT PRIMARY KEY, state TEXT NOT NULL, updated_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;",
  },
];
