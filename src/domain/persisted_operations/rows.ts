import type { Database } from "../database.ts";
import { notFound } from "../errors.ts";
import { toTimestamp } from "../time.ts";
import type { PersistedOperation } from "./persisted_operation.ts";

export interface PersistedOperationRow {
  sha256: string;
  name: string;
  query: string;
  created_at: number;
}

export function toPersistedOperation({ sha256, name, created_at }: Omit<PersistedOperationRow, "query">): PersistedOperation {
  return { sha256, name, created_at: toTimestamp(created_at) };
}

export function findPersistedOperation(db: Database, sha256: string): PersistedOperationRow | undefined {
  return db.one<PersistedOperationRow>("SELECT * FROM persisted_operations WHERE sha256 = ?", sha256);
}

export function isRegistered(db: Database, sha256: string): boolean {
  return db.one("SELECT 1 FROM persisted_operations WHERE sha256 = ?", sha256) !== undefined;
}

/** The row, or NOT_FOUND. */
export function requirePersistedOperation(db: Database, sha256: string): PersistedOperationRow {
  const row = findPersistedOperation(db, sha256);
  if (!row) throw notFound("persisted operation", sha256);
  return row;
}
