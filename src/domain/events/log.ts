import type { Database } from "../database.ts";
import { decodeSequence } from "../interactions/id.ts";
import { expandInteractions } from "../interactions/rows.ts";
import { toTimestamp } from "../time.ts";
import { matchesType, type Event, type LogPosition } from "./event.ts";

/** The batch event that stands for many interactions, and what one of them is called. */
export const BATCH_TYPE = "interactions.ingested";
export const ITEM_TYPE = "interaction.created";

export interface EventRow {
  seq: number;
  type: string;
  subject: string;
  at: number;
  data: string;
}

/** First and last sequence of the log; an empty log reaches nowhere but to the last number given out. */
export function logBounds(db: Database): { oldest: number; latest: number } {
  const latest = latestSequence(db);
  return { oldest: db.one<{ seq: number }>("SELECT seq FROM events ORDER BY seq LIMIT 1")?.seq ?? latest + 1, latest };
}

/** Whether the log has everything after a place. What is left of a batch after a place within it is in the batch's own row. */
export function reaches(db: Database, { sequence, index }: LogPosition): boolean {
  const { oldest, latest } = logBounds(db);
  return sequence <= latest && (index === null ? sequence + 1 : sequence) >= oldest;
}

/** The last number given out, whether its event is still there or not. */
export function latestSequence(db: Database): number {
  return db.one<{ seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'events'")?.seq ?? 0;
}

/** Rows after a place in the log, in order; the row that a place with an index lies in is among them. */
export function readRows(db: Database, after: LogPosition, limit: number): EventRow[] {
  return db.all<EventRow>(
    "SELECT * FROM events WHERE seq >= CAST(? AS INTEGER) ORDER BY seq LIMIT ?",
    after.index === null ? after.sequence + 1 : after.sequence,
    limit,
  );
}

/**
 * What a reader of the log gets for one row: a batch of interactions is told one by one, each under `sequence.place`, and then as a whole. Interactions are read
 * from their rows, so an erased person is not told of.
 */
export function expandRow(
  db: Database,
  organization_id: string,
  row: EventRow,
  patterns: readonly string[] | null,
  after: LogPosition | null,
): Event[] {
  const skipped = after?.sequence === row.seq ? (after.index ?? 0) : 0;
  const created_at = toTimestamp(row.at);
  const events: Event[] = [];
  if (row.type === BATCH_TYPE && matchesType(patterns, ITEM_TYPE)) {
    const { first_seq, last_seq } = JSON.parse(row.data) as { first_seq: number; last_seq: number };
    const interactions = expandInteractions(db, organization_id, first_seq + skipped, last_seq);
    for (const interaction of interactions) {
      // From 1: how many of the batch are seen once this one is.
      const place = decodeSequence(interaction.id) - first_seq + 1;
      events.push({ id: `${row.seq}.${place}`, type: ITEM_TYPE, subject: interaction.id, created_at, data: interaction as unknown as Event["data"] });
    }
  }
  if (matchesType(patterns, row.type)) events.push({ id: String(row.seq), type: row.type, subject: row.subject, created_at, data: publicData(row) });
  return events;
}

/** Row numbers are ours alone. */
function publicData(row: EventRow): Event["data"] {
  const data = JSON.parse(row.data) as Record<string, Event["data"]>;
  if (row.type !== BATCH_TYPE && row.type !== "interactions.backfilled") return data;
  return { count: data.count ?? 0 };
}
