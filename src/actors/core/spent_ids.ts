import type { Database } from "../../domain/database.ts";

/** Notes that this id must not be accepted (again) before it expires anyway. False when it was noted already. */
export function spend(db: Database, kind: string, id: string, expires_at_ms: number): boolean {
  return db.run("INSERT INTO oauth_spent_ids (kind, id, expires_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", kind, id, expires_at_ms) > 0;
}

export function isSpent(db: Database, kind: string, id: string): boolean {
  return db.one("SELECT 1 FROM oauth_spent_ids WHERE kind = ? AND id = ?", kind, id) !== undefined;
}
