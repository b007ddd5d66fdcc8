import type { Database } from "../database.ts";
import { localHour, MINUTE_MS } from "../time.ts";
import type { RollupDelta } from "./rollups/delta.ts";
import { advance, FUNNEL_TYPES, NOTHING_REACHED } from "./rollups/funnel_mask.ts";
import type { Locale } from "./rollups/interaction_contribution.ts";

export const SESSION_INACTIVITY_MS = 30 * MINUTE_MS;
/** A session contributes to product pairs with its first so many products. */
const SESSION_PRODUCTS_MAX = 30;
const PRODUCT_TYPES: ReadonlySet<string> = new Set(["view_item", "add_to_cart", "purchase"]);

export interface SessionRow {
  id: number;
  session_id: string;
  derived: number;
  visitor: number | null;
  started_at: number;
  ended_at: number;
  source_type: string;
  campaign: string;
  reached: number;
  interactions: number;
}

/** A session in work: as it was stored (null when new), as it becomes, and its products. */
export interface Session {
  before: SessionRow | null;
  now: SessionRow;
  products: number[];
  new_products: number[];
}

/** What a session takes from one of its interactions. */
export interface SessionEvent {
  type: string;
  occurred_at: number;
  source_type: string;
  campaign: string;
  refs: readonly number[];
}

export function newSession(id: number, session_id: string, derived: boolean, visitor: number | null, first: SessionEvent): Session {
  const now: SessionRow = {
    id,
    session_id,
    derived: derived ? 1 : 0,
    visitor,
    started_at: first.occurred_at,
    ended_at: first.occurred_at,
    source_type: first.source_type,
    campaign: first.campaign,
    reached: NOTHING_REACHED,
    interactions: 0,
  };
  return { before: null, now, products: [], new_products: [] };
}

export function storedSession(row: SessionRow, products: number[]): Session {
  return { before: row, now: { ...row }, products, new_products: [] };
}

/** Adds events in order of time. Returns false when one lies before the session's end, so that the funnel must be read again from the rows. */
export function addEvents(session: Session, events: readonly SessionEvent[]): boolean {
  let in_order = true;
  const { now } = session;
  for (const event of events) {
    if (event.occurred_at < now.ended_at) in_order = false;
    if (event.occurred_at < now.started_at) {
      now.started_at = event.occurred_at;
      now.source_type = event.source_type;
      now.campaign = event.campaign;
    }
    now.ended_at = Math.max(now.ended_at, event.occurred_at);
    now.reached = advance(now.reached, event.type);
    now.interactions += 1;
    addProducts(session, event);
  }
  return in_order;
}

function addProducts(session: Session, event: SessionEvent): void {
  if (!PRODUCT_TYPES.has(event.type)) return;
  for (const ref of event.refs) {
    if (session.products.length >= SESSION_PRODUCTS_MAX) return;
    if (session.products.includes(ref)) continue;
    session.products.push(ref);
    session.new_products.push(ref);
  }
}

/** Reads the funnel of sessions anew from their stored interactions, in order of time. */
export function rereadFunnels(db: Database, sessions: ReadonlyMap<number, Session>): void {
  if (sessions.size === 0) return;
  for (const { now } of sessions.values()) now.reached = NOTHING_REACHED;
  const rows = db.all<{ session: number; type: string }>(
    `SELECT session, type FROM interactions WHERE session IN (SELECT value FROM json_each(?)) AND type IN (${FUNNEL_TYPES.map((type) => `'${type}'`).join(", ")})
     ORDER BY session, occurred_at, seq`,
    JSON.stringify([...sessions.keys()]),
  );
  for (const { session, type } of rows) {
    const { now } = sessions.get(session)!;
    now.reached = advance(now.reached, type);
  }
}

/** Replaces what the sessions contributed before by what they contribute now. */
export function contributeSessions(delta: RollupDelta, sessions: Iterable<Session>, locale: Locale): void {
  for (const session of sessions) {
    const { before, now } = session;
    const hour = localHour(now.started_at, locale.time_zone);
    const old_hour = before ? localHour(before.started_at, locale.time_zone) : hour;
    const same =
      before && old_hour === hour && before.reached === now.reached && before.source_type === now.source_type && before.campaign === now.campaign;
    if (before && !same) delta.add("rollup_sessions", [old_hour, before.source_type, before.campaign, before.reached], [1], -1);
    if (!same) delta.add("rollup_sessions", [hour, now.source_type, now.campaign, now.reached], [1]);
    const day = Math.floor(hour / 24);
    const old_day = Math.floor(old_hour / 24);
    const kept = session.products.length - session.new_products.length;
    if (day === old_day) contributeProducts(delta, day, session.products, kept, 1);
    else {
      contributeProducts(delta, old_day, session.products.slice(0, kept), 0, -1);
      contributeProducts(delta, day, session.products, 0, 1);
    }
  }
}

/** Takes back all that a stored session contributed. */
export function withdrawSession(delta: RollupDelta, row: SessionRow, products: readonly number[], locale: Locale): void {
  const hour = localHour(row.started_at, locale.time_zone);
  delta.add("rollup_sessions", [hour, row.source_type, row.campaign, row.reached], [1], -1);
  contributeProducts(delta, Math.floor(hour / 24), products, 0, -1);
}

/** Products from index `from` on, and each one's pairs with all before it. */
function contributeProducts(delta: RollupDelta, day: number, products: readonly number[], from: number, sign: 1 | -1): void {
  for (let index = from; index < products.length; index++) {
    const ref = products[index]!;
    delta.add("rollup_product_sessions", [day, ref], [1], sign);
    for (let other = 0; other < index; other++) {
      const [ref_a, ref_b] = [Math.min(ref, products[other]!), Math.max(ref, products[other]!)];
      delta.add("rollup_product_pairs", [day, ref_a, ref_b], [1], sign);
    }
  }
}

const SESSION_COLUMNS = [
  "id",
  "session_id",
  "derived",
  "visitor",
  "started_at",
  "ended_at",
  "source_type",
  "campaign",
  "reached",
  "interactions",
] as const;
const WRITE_SESSIONS = `INSERT INTO sessions (${SESSION_COLUMNS.join(", ")}) SELECT ${SESSION_COLUMNS.map((_column, index) => `value ->> ${index}`).join(", ")}
  FROM json_each(?) WHERE true ON CONFLICT (id) DO UPDATE SET started_at = excluded.started_at, ended_at = excluded.ended_at, source_type = excluded.source_type,
  campaign = excluded.campaign, reached = excluded.reached, interactions = excluded.interactions, visitor = excluded.visitor`;

export function writeSessions(db: Database, sessions: readonly Session[]): void {
  db.run(WRITE_SESSIONS, JSON.stringify(sessions.map(({ now }) => SESSION_COLUMNS.map((column) => now[column]))));
  const products = sessions.flatMap(({ now, new_products }) => new_products.map((ref) => [now.id, ref]));
  if (products.length > 0) {
    db.run("INSERT OR IGNORE INTO session_products (session, ref) SELECT value ->> 0, value ->> 1 FROM json_each(?)", JSON.stringify(products));
  }
}

/** Products of stored sessions. */
export function loadSessionProducts(db: Database, sessions: readonly number[]): Map<number, number[]> {
  const products = new Map<number, number[]>();
  if (sessions.length === 0) return products;
  for (const [session, ref] of db.rows(
    "SELECT session, ref FROM session_products WHERE session IN (SELECT value FROM json_each(?))",
    JSON.stringify(sessions),
  )) {
    const list = products.get(session as number);
    if (list) list.push(ref as number);
    else products.set(session as number, [ref as number]);
  }
  return products;
}
