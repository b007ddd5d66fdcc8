import type { Change } from "../../domain/context.ts";
import type { Database } from "../../domain/database.ts";
import type { EventType } from "../../domain/events/types.ts";
import type { Principal } from "../../domain/principal.ts";

/** One row of the event log. */
export interface LoggedEvent {
  seq: number;
  type: string;
  subject: string;
  at: number;
  data: unknown;
}

/** Who changes something and by which way, for the audit row. Background jobs are the `system`; an `account` is a person on their own account's pages. */
export interface Author {
  principal: Principal | { kind: "system" | "account"; id: string };
  protocol: string;
  request_id: string;
  operation: string;
}

/** What reacts to an event inside its own transaction, such as the webhook outbox. */
export type EventHook = (event: LoggedEvent) => void;

/** Writes a change's audit row and event row in the caller's transaction, and tells live readers once the transaction is over. */
export class Journal {
  private pending: LoggedEvent[] = [];

  constructor(
    private readonly db: Database,
    private readonly onAppend: EventHook,
    private readonly publish: (events: LoggedEvent[]) => void,
  ) {}

  /** Returns the event's sequence number, or 0 for a change that is only audited. */
  record(change: Change, author: Author, now: number): number {
    this.db.run(
      `INSERT INTO audit_log (at, principal_kind, principal_id, account_id, protocol, request_id, operation, type, subject, before, after)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      now,
      author.principal.kind,
      author.principal.id,
      accountOf(author.principal),
      author.protocol,
      author.request_id,
      author.operation,
      change.type,
      change.subject,
      change.before == null ? null : JSON.stringify(change.before),
      change.after == null ? null : JSON.stringify(change.after),
    );
    if (change.live === false) return 0;
    return this.append(change.type, change.subject, change.data ?? change.after ?? change.before ?? null, now);
  }

  /** An event without an audit row: progress of a job, not somebody's change. */
  append(type: EventType, subject: string, data: unknown, now: number): number {
    const row = this.db.one<{ seq: number }>(
      "INSERT INTO events (type, subject, at, data) VALUES (?, ?, ?, ?) RETURNING seq",
      type,
      subject,
      now,
      JSON.stringify(data),
    );
    const event = { seq: row!.seq, type, subject, at: now, data };
    this.onAppend(event);
    this.pending.push(event);
    return event.seq;
  }

  /** The transaction committed: hand its events to live readers. */
  committed(): void {
    if (this.pending.length === 0) return;
    const events = this.pending;
    this.pending = [];
    this.publish(events);
  }

  /** The transaction rolled back: its events never were. */
  rolledBack(): void {
    this.pending = [];
  }
}

/** The person behind a change, whatever they did it with; null where there is none. */
function accountOf(principal: Author["principal"]): string | null {
  if (principal.kind === "account") return principal.id;
  return principal.kind === "oauth_client" ? principal.account_id : null;
}
