import type { Database } from "../database.ts";
import type { Money } from "../money.ts";
import { toTimestamp } from "../time.ts";
import { interactionId } from "./id.ts";
import type { Interaction } from "./interaction.ts";
import type { StoredItem, StoredRest } from "./new_interaction.ts";
import { FLAG_BACKFILL, FLAG_LATE } from "./store.ts";

/** An interaction with its visitor's and session's own ids. */
export interface InteractionRow {
  seq: number;
  event_id: string | null;
  type: string;
  source_type: Interaction["source_type"];
  occurred_at: number;
  received_at: number;
  visitor_id: string | null;
  user_id: string | null;
  session_id: string;
  transaction_id: string | null;
  value: number | null;
  currency: string | null;
  flags: number;
  data: string;
}

export const INTERACTION_FROM =
  "interactions LEFT JOIN visitors ON visitors.id = interactions.visitor JOIN sessions ON sessions.id = interactions.session";
export const INTERACTION_COLUMNS = `interactions.seq, interactions.event_id, interactions.type, interactions.source_type, interactions.occurred_at, interactions.received_at,
  visitors.visitor_id, interactions.user_id, sessions.session_id, interactions.transaction_id, interactions.value, interactions.currency, interactions.flags, interactions.data`;

/** Rows as they are shown, with the catalog's products behind their items. */
export function toInteractions(db: Database, rows: readonly InteractionRow[], organization_id: string): Interaction[] {
  const parsed = rows.map((row) => ({ row, data: JSON.parse(row.data) as StoredRest & { items?: StoredItem[] } }));
  const products = loadProducts(db, [...new Set(parsed.flatMap(({ data }) => data.items?.map(({ ref }) => ref) ?? []))]);
  return parsed.map(({ row, data }) => toInteraction(row, data, products, organization_id));
}

function loadProducts(db: Database, refs: readonly number[]): Map<number, string> {
  if (refs.length === 0) return new Map();
  const rows = db.all<{ ref: number; product_id: string }>(
    "SELECT ref, product_id FROM product_refs WHERE ref IN (SELECT value FROM json_each(?)) AND product_id IS NOT NULL",
    JSON.stringify(refs),
  );
  return new Map(rows.map(({ ref, product_id }) => [ref, product_id]));
}

function toInteraction(
  row: InteractionRow,
  data: StoredRest & { items?: StoredItem[] },
  products: ReadonlyMap<number, string>,
  organization_id: string,
): Interaction {
  const items = data.items ?? [];
  return {
    id: interactionId(row.seq, organization_id),
    event_id: row.event_id,
    type: row.type,
    source_type: row.source_type,
    occurred_at: toTimestamp(row.occurred_at),
    received_at: toTimestamp(row.received_at),
    visitor_id: row.visitor_id,
    user_id: row.user_id,
    session_id: row.session_id,
    product_ids: [...new Set(items.flatMap(({ ref }) => products.get(ref) ?? []))],
    items: items.map(({ ref, kind, value, quantity, price }) => ({
      product_id: products.get(ref) ?? (kind === "id" ? value : null),
      external_id: kind === "external_id" ? value : null,
      sku: kind === "sku" ? value : null,
      quantity,
      price,
    })),
    value: toMoney(row.value, row.currency),
    transaction_id: row.transaction_id,
    tags: data.tags ?? [],
    summary: data.summary ?? null,
    confidence: data.confidence ?? null,
    context: data.context ?? {},
    properties: data.properties ?? {},
    late: (row.flags & FLAG_LATE) !== 0,
    backfill: (row.flags & FLAG_BACKFILL) !== 0,
  };
}

function toMoney(amount: number | null, currency: string | null): Money | null {
  return amount === null || currency === null ? null : { amount, currency };
}

/** The stored interactions of a range of sequence numbers, in order; what was erased since is left out. For readers of the event log. */
export function expandInteractions(db: Database, organization_id: string, first_seq: number, last_seq: number): Interaction[] {
  const rows = db.all<InteractionRow>(
    `SELECT ${INTERACTION_COLUMNS} FROM ${INTERACTION_FROM} WHERE interactions.seq BETWEEN CAST(? AS INTEGER) AND CAST(? AS INTEGER) ORDER BY interactions.seq`,
    first_seq,
    last_seq,
  );
  return toInteractions(db, rows, organization_id);
}
