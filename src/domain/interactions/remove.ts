import type { Database } from "../database.ts";
import { localDay } from "../time.ts";
import type { StoredItem, StoredRest } from "./new_interaction.ts";
import { RollupDelta } from "./rollups/delta.ts";
import { contributeInteraction, type CountedInteraction, type Locale } from "./rollups/interaction_contribution.ts";
import {
  addEvents,
  contributeSessions,
  loadSessionProducts,
  newSession,
  withdrawSession,
  writeSessions,
  type Session,
  type SessionEvent,
  type SessionRow,
} from "./sessions.ts";
import { applyDayCounts, countDay, type DayCounts } from "./visitor_days.ts";

export interface RemovableRow {
  seq: number;
  type: string;
  source_type: string;
  occurred_at: number;
  visitor: number | null;
  session: number;
  transaction_id: string | null;
  value: number | null;
  currency: string | null;
  data: string;
}

export const REMOVABLE_COLUMNS = "seq, type, source_type, occurred_at, visitor, session, transaction_id, value, currency, data";

/** Removes interactions and takes back everything they contributed: events, orders, sessions, visitors. For erasure of persons. */
export function removeInteractions(db: Database, rows: readonly RemovableRow[], locale: Locale): void {
  if (rows.length === 0) return;
  const delta = new RollupDelta();
  const seqs = JSON.stringify(rows.map(({ seq }) => seq));
  const orders = new Set(
    db
      .all<{ interaction: number }>(
        "SELECT interaction FROM transactions WHERE transaction_id IN (SELECT value FROM json_each(?))",
        transactionIds(rows),
      )
      .map(({ interaction }) => interaction),
  );
  const days: DayCounts = new Map();
  for (const row of rows) {
    contributeInteraction(delta, counted(row, row.transaction_id === null || orders.has(row.seq)), locale, -1);
    if (row.visitor !== null) countDay(days, row.visitor, localDay(row.occurred_at, locale.time_zone), -1);
  }
  db.run("DELETE FROM interactions WHERE seq IN (SELECT value FROM json_each(?))", seqs);
  const refs = [...new Set(rows.flatMap((row) => itemsOf(row).map(({ ref }) => ref)))];
  db.run(
    "DELETE FROM interaction_products WHERE ref IN (SELECT value FROM json_each(?)) AND interaction IN (SELECT value FROM json_each(?))",
    JSON.stringify(refs),
    seqs,
  );
  handOverTransactions(db, delta, rows, locale);
  recountSessions(db, delta, [...new Set(rows.map(({ session }) => session))], locale);
  applyDayCounts(db, delta, days);
  delta.flush(db);
}

/** The next received purchase of a transaction takes over when its order was removed. */
function handOverTransactions(db: Database, delta: RollupDelta, rows: readonly RemovableRow[], locale: Locale): void {
  const lost = db.all<{ transaction_id: string }>(
    "DELETE FROM transactions WHERE transaction_id IN (SELECT value FROM json_each(?)) AND interaction IN (SELECT value FROM json_each(?)) RETURNING transaction_id",
    transactionIds(rows),
    JSON.stringify(rows.map(({ seq }) => seq)),
  );
  if (lost.length === 0) return;
  const heirs = db.all<RemovableRow>(
    `SELECT ${REMOVABLE_COLUMNS} FROM interactions WHERE seq IN (
       SELECT min(seq) FROM interactions WHERE transaction_id IN (SELECT value FROM json_each(?)) AND type = 'purchase' GROUP BY transaction_id)`,
    JSON.stringify(lost.map(({ transaction_id }) => transaction_id)),
  );
  for (const heir of heirs) {
    db.run("INSERT INTO transactions (transaction_id, interaction) VALUES (?, ?)", heir.transaction_id, heir.seq);
    contributeInteraction(delta, counted(heir, false), locale, -1);
    contributeInteraction(delta, counted(heir, true), locale, 1);
  }
}

/** Sessions as their remaining interactions make them; empty ones go. */
function recountSessions(db: Database, delta: RollupDelta, ids: readonly number[], locale: Locale): void {
  const json = JSON.stringify(ids);
  const before = db.all<SessionRow>("SELECT * FROM sessions WHERE id IN (SELECT value FROM json_each(?))", json);
  const products = loadSessionProducts(db, ids);
  for (const row of before) withdrawSession(delta, row, products.get(row.id) ?? [], locale);
  const events = new Map<number, SessionEvent[]>();
  const rows = db.all<RemovableRow>(
    `SELECT ${REMOVABLE_COLUMNS} FROM interactions WHERE session IN (SELECT value FROM json_each(?)) ORDER BY session, occurred_at, seq`,
    json,
  );
  for (const row of rows) events.set(row.session, [...(events.get(row.session) ?? []), toSessionEvent(row)]);
  const recounted: Session[] = [];
  for (const row of before) {
    const remaining = events.get(row.id);
    if (!remaining) continue;
    const session = newSession(row.id, row.session_id, row.derived === 1, row.visitor, remaining[0]!);
    addEvents(session, remaining);
    recounted.push(session);
  }
  db.run("DELETE FROM session_products WHERE session IN (SELECT value FROM json_each(?))", json);
  db.run("DELETE FROM sessions WHERE id IN (SELECT value FROM json_each(?))", JSON.stringify(ids.filter((id) => !events.has(id))));
  writeSessions(db, recounted);
  contributeSessions(delta, recounted, locale);
}

function itemsOf(row: Pick<RemovableRow, "data">): StoredItem[] {
  return (JSON.parse(row.data) as { items?: StoredItem[] }).items ?? [];
}

/** A stored row as what it contributes by. */
export function counted(row: RemovableRow, is_order: boolean): CountedInteraction {
  const data = JSON.parse(row.data) as StoredRest & { items?: StoredItem[] };
  return { ...row, campaign: data.context?.campaign?.name ?? "", is_order, items: data.items ?? [], properties: data.properties };
}

export function toSessionEvent(row: RemovableRow): SessionEvent {
  const data = JSON.parse(row.data) as StoredRest & { items?: StoredItem[] };
  return {
    type: row.type,
    occurred_at: row.occurred_at,
    source_type: row.source_type,
    campaign: data.context?.campaign?.name ?? "",
    refs: (data.items ?? []).map(({ ref }) => ref),
  };
}

function transactionIds(rows: readonly RemovableRow[]): string {
  return JSON.stringify(rows.flatMap(({ transaction_id }) => (transaction_id === null ? [] : [transaction_id])));
}
