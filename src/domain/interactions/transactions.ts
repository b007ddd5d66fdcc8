import type { Database } from "../database.ts";
import type { NewInteraction } from "./new_interaction.ts";

/**
 * Claims the transactions of these purchases: the first received purchase of a transaction_id is its order. Returns the sequence numbers that count; purchases
 * without a transaction_id always do and are not in the set.
 */
export function findNewTransactions(db: Database, interactions: readonly NewInteraction[], first_seq: number): ReadonlySet<number> {
  const claims = new Map<string, number>();
  interactions.forEach(({ type, transaction_id }, index) => {
    if (type === "purchase" && transaction_id !== null && !claims.has(transaction_id)) claims.set(transaction_id, first_seq + index);
  });
  if (claims.size === 0) return new Set();
  const rows = db.all<{ interaction: number }>(
    `INSERT INTO transactions (transaction_id, interaction) SELECT value ->> 0, value ->> 1 FROM json_each(?) WHERE true
     ON CONFLICT (transaction_id) DO NOTHING RETURNING interaction`,
    JSON.stringify([...claims]),
  );
  return new Set(rows.map(({ interaction }) => interaction));
}
