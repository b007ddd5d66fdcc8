import type { Database } from "../../../domain/database.ts";
import type { LiveQuery } from "../../../domain/documents.ts";
import { parsePosition, type Event, type LogPosition } from "../../../domain/events/event.ts";
import { BATCH_TYPE, expandRow, ITEM_TYPE, readRows, type EventRow } from "../../../domain/events/log.ts";

const ROWS_AT_ONCE = 200;
const ROWS_LOOKED_THROUGH = 2_000;

/** A part of the log, as one query sees it. */
export interface Stretch {
  events: { event: Event; end: LogPosition }[];
  end: LogPosition;
  /** The log goes on. */
  more: boolean;
  /** Rows that were looked at. */
  rows: number;
}

/** The log during one turn of the event loop: however many readers it has, a row is read and told apart once. */
export class LogWindow {
  private readonly rows = new Map<string, EventRow[]>();
  private readonly expanded = new Map<string, Event[]>();

  constructor(
    private readonly db: Database,
    private readonly organization_id: string,
  ) {}

  /** The next rows after a place, in order; none at the log's end. */
  private after(place: LogPosition): EventRow[] {
    return remember(this.rows, formatPosition(place), () => readRows(this.db, place, ROWS_AT_ONCE));
  }

  /** Whether anything after a place may concern a query. */
  concerns(query: LiveQuery, after: LogPosition): boolean {
    for (let rows = this.after(after); rows.length > 0; rows = this.after({ sequence: rows.at(-1)!.seq, index: null })) {
      if (rows.some((row) => concernsRow(query, row))) return true;
    }
    return false;
  }

  /** The next events that may concern a query, each with the place where everything up to it was seen. Looks through a bounded number of rows. */
  next(query: LiveQuery, after: LogPosition, events_max: number): Stretch {
    const stretch: Stretch = { events: [], end: after, more: true, rows: 0 };
    while (stretch.rows < ROWS_LOOKED_THROUGH) {
      const rows = this.after(stretch.end);
      if (rows.length === 0) return { ...stretch, more: false };
      for (const row of rows) {
        stretch.rows += 1;
        const events = this.eventsOf(row, stretch.end, query);
        const whole_row: LogPosition = { sequence: row.seq, index: null };
        stretch.end = whole_row;
        for (const [index, event] of events.entries()) {
          stretch.end = index === events.length - 1 ? whole_row : parsePosition(event.id)!;
          stretch.events.push({ event, end: stretch.end });
          if (stretch.events.length >= events_max) return { ...stretch, more: this.after(stretch.end).length > 0 };
        }
      }
    }
    return stretch;
  }

  private eventsOf(row: EventRow, place: LogPosition, query: LiveQuery): Event[] {
    if (!concernsRow(query, row)) return [];
    const name = `${row.seq} ${place.sequence === row.seq ? (place.index ?? 0) : 0}`;
    const events = remember(this.expanded, name, () => expandRow(this.db, this.organization_id, row, null, place));
    return events.filter(({ type, subject }) => query.concerns(type, subject));
  }
}

/** A batch of interactions may concern who follows single ones. */
function concernsRow(query: LiveQuery, { type, subject }: EventRow): boolean {
  return query.concerns(type, subject) || (type === BATCH_TYPE && query.concerns(ITEM_TYPE, subject));
}

/** As `parsePosition` reads it. */
export function formatPosition({ sequence, index }: LogPosition): string {
  return index === null ? String(sequence) : `${sequence}.${index}`;
}

function remember<Value>(map: Map<string, Value>, name: string, make: () => Value): Value {
  let value = map.get(name);
  if (value === undefined) map.set(name, (value = make()));
  return value;
}
