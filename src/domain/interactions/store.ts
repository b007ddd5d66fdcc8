import type { Database } from "../database.ts";
import { resolveRefs } from "../products/refs.ts";
import { localDay } from "../time.ts";
import { eventOf, findSessions, type PlacedInteraction } from "./find_sessions.ts";
import { findVisitors, visitorKey } from "./find_visitors.ts";
import type { NewInteraction, StoredItem } from "./new_interaction.ts";
import { RollupDelta } from "./rollups/delta.ts";
import { contributeInteraction, type Locale } from "./rollups/interaction_contribution.ts";
import { addEvents, contributeSessions, rereadFunnels, writeSessions, type Session, type SessionEvent } from "./sessions.ts";
import { findNewTransactions } from "./transactions.ts";
import { applyDayCounts, countDay, type DayCounts } from "./visitor_days.ts";

export const FLAG_LATE = 1;
export const FLAG_BACKFILL = 2;

const COLUMNS = [
  "seq",
  "event_id",
  "type",
  "source_type",
  "occurred_at",
  "received_at",
  "visitor",
  "user_id",
  "session",
  "transaction_id",
  "value",
  "currency",
  "flags",
  "data",
];
const INSERT = `INSERT INTO interactions (${COLUMNS.join(", ")}) SELECT ${COLUMNS.map((_column, index) => `value ->> ${index}`).join(", ")} FROM json_each(?)`;

/**
 * Stores accepted interactions in the order given and corrects every rollup, all by a fixed number of set-based statements. Returns the first of their
 * consecutive sequence numbers.
 */
export function storeInteractions(
  db: Database,
  interactions: readonly NewInteraction[],
  locale: Locale,
  now: number,
  newSessionId: () => string,
): number {
  const delta = new RollupDelta();
  const dayOf = (interaction: NewInteraction): number => localDay(interaction.occurred_at, locale.time_zone);
  const first_seq = (db.one<{ seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'interactions'")?.seq ?? 0) + 1;
  const visitors = findVisitors(db, interactions, dayOf);
  const refs = resolveRefs(
    db,
    interactions.flatMap(({ items }) => items),
  );
  const orders = findNewTransactions(db, interactions, first_seq);
  const placed = interactions.map((interaction): PlacedInteraction => ({
    ...interaction,
    visitor: visitors.get(visitorKey(interaction) ?? "") ?? null,
    refs: interaction.items.map(({ kind, value }) => refs.get(`${kind}\n${value}`)!),
  }));
  const sessions = placeInSessions(db, placed, newSessionId);
  const rows: unknown[][] = [];
  const product_links: number[][] = [];
  const days: DayCounts = new Map();
  placed.forEach((interaction, index) => {
    const seq = first_seq + index;
    const items = interaction.items.map((item, position): StoredItem => ({ ref: interaction.refs[position]!, ...item }));
    for (const ref of new Set(interaction.refs)) product_links.push([ref, seq]);
    if (interaction.visitor !== null) countDay(days, interaction.visitor, dayOf(interaction), 1);
    contributeInteraction(
      delta,
      {
        type: interaction.type,
        source_type: interaction.source_type,
        campaign: interaction.campaign,
        occurred_at: interaction.occurred_at,
        value: interaction.value?.amount ?? null,
        currency: interaction.value?.currency ?? null,
        is_order: interaction.transaction_id === null || orders.has(seq),
        items,
        properties: interaction.rest.properties,
      },
      locale,
      1,
    );
    rows.push(toRow(interaction, seq, sessions.of[index]!.now.id, items, now));
  });
  db.run(INSERT, JSON.stringify(rows));
  if (product_links.length > 0)
    db.run("INSERT INTO interaction_products (ref, interaction) SELECT value ->> 0, value ->> 1 FROM json_each(?)", JSON.stringify(product_links));
  rereadFunnels(db, sessions.out_of_order);
  writeSessions(db, sessions.all);
  contributeSessions(delta, sessions.all, locale);
  applyDayCounts(db, delta, days);
  delta.flush(db);
  return first_seq;
}

/** The session of each interaction, and what all of them become. Events join their session in order of time, whatever order they came in. */
function placeInSessions(db: Database, placed: readonly PlacedInteraction[], newSessionId: () => string) {
  const order = placed.map((_interaction, index) => index).toSorted((a, b) => placed[a]!.occurred_at - placed[b]!.occurred_at || a - b);
  const found = findSessions(
    db,
    order.map((index) => placed[index]!),
    newSessionId,
  );
  const of: Session[] = [];
  const events = new Map<Session, SessionEvent[]>();
  order.forEach((index, position) => {
    const session = found[position]!;
    of[index] = session;
    const list = events.get(session);
    if (list) list.push(eventOf(placed[index]!));
    else events.set(session, [eventOf(placed[index]!)]);
  });
  const out_of_order = new Map<number, Session>();
  for (const [session, list] of events) {
    if (!addEvents(session, list)) out_of_order.set(session.now.id, session);
  }
  return { of, all: [...events.keys()], out_of_order };
}

function toRow(interaction: PlacedInteraction, seq: number, session: number, items: StoredItem[], now: number): unknown[] {
  const { value, rest } = interaction;
  return [
    seq,
    interaction.event_id,
    interaction.type,
    interaction.source_type,
    interaction.occurred_at,
    now,
    interaction.visitor,
    interaction.user_id,
    session,
    interaction.transaction_id,
    value?.amount ?? null,
    value?.currency ?? null,
    (interaction.late ? FLAG_LATE : 0) | (interaction.backfill ? FLAG_BACKFILL : 0),
    JSON.stringify(items.length > 0 ? { items, ...rest } : rest),
  ];
}
