import type { Database } from "../../database.ts";
import { localDay } from "../../time.ts";
import { REMOVABLE_COLUMNS, counted, type RemovableRow } from "../remove.ts";
import { contributeSessions, loadSessionProducts, storedSession, type Session, type SessionRow } from "../sessions.ts";
import { applyDayCounts, countDay, type DayCounts } from "../visitor_days.ts";
import { ROLLUP_NAMES, RollupDelta } from "./delta.ts";
import { contributeInteraction, type Locale } from "./interaction_contribution.ts";

const PAGE = 10_000;

/**
 * Computes every rollup anew from the stored interactions, after a change of time zone or currency. What retention removed is not in them any more.
 * Call it in one transaction: nobody then sees half of it.
 */
export function rebuildRollups(db: Database, locale: Locale): void {
  for (const table of ROLLUP_NAMES) db.run(`DELETE FROM ${table}`);
  db.run("DELETE FROM visitor_days");
  const orders = new Set([...db.rows("SELECT interaction FROM transactions")].map(([interaction]) => interaction as number));
  for (let after = 0; ;) {
    const rows = db.all<RemovableRow>(`SELECT ${REMOVABLE_COLUMNS} FROM interactions WHERE seq > ? ORDER BY seq LIMIT ${PAGE}`, after);
    const last = rows.at(-1);
    if (!last) break;
    after = last.seq;
    const delta = new RollupDelta();
    const days: DayCounts = new Map();
    for (const row of rows) {
      contributeInteraction(delta, counted(row, row.transaction_id === null || orders.has(row.seq)), locale, 1);
      if (row.visitor !== null) countDay(days, row.visitor, localDay(row.occurred_at, locale.time_zone), 1);
    }
    applyDayCounts(db, delta, days);
    delta.flush(db);
  }
  rebuildSessions(db, locale);
  db.run("UPDATE rollup_state SET rebuilding = 0");
}

function rebuildSessions(db: Database, locale: Locale): void {
  for (let after = 0; ;) {
    const rows = db.all<SessionRow>(`SELECT * FROM sessions WHERE id > ? ORDER BY id LIMIT ${PAGE}`, after);
    const last = rows.at(-1);
    if (!last) return;
    after = last.id;
    const products = loadSessionProducts(
      db,
      rows.map(({ id }) => id),
    );
    const sessions = rows.map((row): Session => {
      const list = products.get(row.id) ?? [];
      return { ...storedSession(row, list), before: null, new_products: list };
    });
    const delta = new RollupDelta();
    contributeSessions(delta, sessions, locale);
    delta.flush(db);
  }
}
