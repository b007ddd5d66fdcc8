import { formatDecimal } from "../../money.ts";
import { toTimestamp } from "../../time.ts";
import { interactionId } from "../../interactions/id.ts";
import { interactionListing } from "../../interactions/listing.ts";
import type { StoredItem, StoredRest } from "../../interactions/new_interaction.ts";
import { INTERACTION_COLUMNS, INTERACTION_FROM, type InteractionRow } from "../../interactions/rows.ts";
import { FLAG_BACKFILL, FLAG_LATE } from "../../interactions/store.ts";
import type { Cell, Source } from "../column.ts";

/** Every stored interaction, in the order of arrival. */
export const interactionSource: Source = {
  columns: [
    { name: "id", type: "string" },
    { name: "event_id", type: "string" },
    { name: "type", type: "string" },
    { name: "source_type", type: "string" },
    { name: "occurred_at", type: "timestamp" },
    { name: "received_at", type: "timestamp" },
    { name: "visitor_id", type: "string" },
    { name: "user_id", type: "string" },
    { name: "session_id", type: "string" },
    { name: "transaction_id", type: "string" },
    { name: "value", type: "string" },
    { name: "currency", type: "string" },
    { name: "campaign", type: "string" },
    { name: "items", type: "json" },
    { name: "tags", type: "json" },
    { name: "summary", type: "string" },
    { name: "confidence", type: "number" },
    { name: "context", type: "json" },
    { name: "properties", type: "json" },
    { name: "late", type: "boolean" },
    { name: "backfill", type: "boolean" },
  ],

  lastRow: ({ db }) => db.one<{ seq: number }>("SELECT ifnull(max(seq), 0) AS seq FROM interactions")!.seq,

  count(ctx, filter, last_row) {
    const where = interactionListing.where(interactionListing.filter.parse(filter), ctx);
    return ctx.db.one<{ rows: number }>(
      `SELECT count(*) AS rows FROM interactions WHERE seq <= CAST(? AS INTEGER) AND ${where.sql}`,
      last_row,
      ...where.params,
    )!.rows;
  },

  page(ctx, filter, after, last_row, limit) {
    const where = interactionListing.where(interactionListing.filter.parse(filter), ctx);
    const rows = ctx.db.all<InteractionRow>(
      `SELECT ${INTERACTION_COLUMNS} FROM ${INTERACTION_FROM}
       WHERE interactions.seq > CAST(? AS INTEGER) AND interactions.seq <= CAST(? AS INTEGER) AND ${where.sql} ORDER BY interactions.seq LIMIT ${limit}`,
      after,
      last_row,
      ...where.params,
    );
    return { rows: rows.map((row) => toCells(row, ctx.organization.id)), cursor: rows.length < limit ? null : rows.at(-1)!.seq };
  },
};

function toCells(row: InteractionRow, organization_id: string): Cell[] {
  const data: StoredRest & { items?: StoredItem[] } = row.data === "{}" ? {} : (JSON.parse(row.data) as StoredRest & { items?: StoredItem[] });
  return [
    interactionId(row.seq, organization_id),
    row.event_id,
    row.type,
    row.source_type,
    toTimestamp(row.occurred_at),
    toTimestamp(row.received_at),
    row.visitor_id,
    row.user_id,
    row.session_id,
    row.transaction_id,
    row.value === null || row.currency === null ? null : formatDecimal(row.value, row.currency),
    row.currency,
    data.context?.campaign?.name ?? null,
    JSON.stringify((data.items ?? []).map(toItem)),
    JSON.stringify(data.tags ?? []),
    data.summary ?? null,
    data.confidence ?? null,
    JSON.stringify(data.context ?? {}),
    JSON.stringify(data.properties ?? {}),
    (row.flags & FLAG_LATE) !== 0,
    (row.flags & FLAG_BACKFILL) !== 0,
  ];
}

function toItem({ kind, value, quantity, price }: StoredItem): Record<string, unknown> {
  return {
    [kind === "id" ? "product_id" : kind]: value,
    quantity,
    ...(price ? { price: formatDecimal(price.amount, price.currency), currency: price.currency } : {}),
  };
}
