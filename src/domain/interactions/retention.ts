import type { Database } from "../database.ts";

/**
 * Removes up to `limit` interactions from before `cutoff_ms`, and sessions and visitors that ended before it. The rollups stay: they name nobody, and last year's
 * figures remain. Returns whether there is more. Call it in a transaction.
 */
export function purgeBefore(db: Database, cutoff_ms: number, cutoff_day: number, limit: number): boolean {
  const old = db.all<{ seq: number }>("SELECT seq FROM interactions WHERE occurred_at < ? ORDER BY occurred_at LIMIT ?", cutoff_ms, limit);
  if (old.length > 0) {
    const seqs = JSON.stringify(old.map(({ seq }) => seq));
    db.run(
      `DELETE FROM interaction_products WHERE (ref, interaction) IN (
         SELECT item.value ->> 'ref', interactions.seq FROM interactions, json_each(interactions.data, '$.items') AS item WHERE interactions.seq IN (SELECT value FROM json_each(?)))`,
      seqs,
    );
    db.run("DELETE FROM interactions WHERE seq IN (SELECT value FROM json_each(?))", seqs);
  }
  if (old.length === limit) return true;
  db.run("DELETE FROM session_products WHERE session IN (SELECT id FROM sessions WHERE ended_at < ?)", cutoff_ms);
  db.run("DELETE FROM sessions WHERE ended_at < ?", cutoff_ms);
  db.run("DELETE FROM visitor_days WHERE visitor IN (SELECT id FROM visitors WHERE last_day < ?)", cutoff_day);
  db.run("DELETE FROM visitors WHERE last_day < ?", cutoff_day);
  db.run("DELETE FROM transactions WHERE interaction NOT IN (SELECT seq FROM interactions WHERE transaction_id IS NOT NULL)");
  return false;
}
