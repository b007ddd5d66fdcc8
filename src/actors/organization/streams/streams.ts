import type { Connection } from "partyserver";
import { matchesType, type Event, type LogPosition } from "../../../domain/events/event.ts";
import { BATCH_TYPE, expandRow, ITEM_TYPE, logBounds, reaches, readRows, type EventRow } from "../../../domain/events/log.ts";
import { CLOSE_TOO_MANY, CLOSE_UNAUTHENTICATED, type StreamFrame, type StreamReader, type StreamRequest } from "../../../domain/events/stream.ts";
import type { LoggedEvent } from "../../core/journal.ts";
import type { OrganizationState } from "../state.ts";

const STREAMS_MAX = 1_000;
const REPLAY_ROWS = 200;

/** Kept with the socket through hibernation. */
interface StreamState {
  types: readonly string[] | null;
  reader: StreamReader;
  /** Everything up to here was sent; from here on a replay goes on after an eviction. */
  sent: Readonly<LogPosition>;
  /** False while older events are being sent: new ones wait in the log. */
  live: boolean;
}

export type StreamConnection = Connection<StreamState>;

/**
 * The organization's open event streams, each a hibernating socket from the edge. The log is the only source: a stream is caught up from it in pages and then gets
 * each commit's events, so that there is no gap and no duplicate, and none of it is lost with the actor's memory.
 */
export class Streams {
  private readonly replaying = new Set<string>();

  constructor(
    private readonly state: OrganizationState,
    private readonly connections: () => Iterable<StreamConnection>,
  ) {}

  /** Begins a stream on a socket that was just accepted. */
  open(connection: StreamConnection, request: StreamRequest): void {
    const { db } = this.state.core;
    let count = 0;
    for (const _connection of this.connections()) count += 1;
    if (count > STREAMS_MAX) {
      connection.close(CLOSE_TOO_MANY, `At most ${STREAMS_MAX} streams`);
      return;
    }
    const { oldest, latest } = logBounds(db);
    const now: LogPosition = { sequence: latest, index: null };
    const lost = request.after !== null && !reaches(db, request.after);
    const sent = request.after === null || lost ? now : request.after;
    connection.setState({ types: request.types, reader: request.reader, sent, live: false });
    if (lost) send(connection, { event: "resync", id: String(latest), data: JSON.stringify({ oldest_sequence: oldest, latest_sequence: latest }) });
    else send(connection, { event: "ready", id: null, data: JSON.stringify({ latest_sequence: latest }) });
    void this.replay(connection);
  }

  /** Sends a commit's events to every stream that wants them. */
  publish(events: readonly LoggedEvent[]): void {
    const told = new Map<LoggedEvent, Event[]>();
    const frames = new Map<Event, string>();
    for (const connection of this.connections()) {
      const stream = connection.state;
      if (!stream) continue;
      if (!this.mayRead(stream.reader)) {
        connection.close(CLOSE_UNAUTHENTICATED, "The credential is no longer valid");
        continue;
      }
      if (!stream.live) {
        // Also after an eviction in the middle of a replay.
        void this.replay(connection);
        continue;
      }
      for (const event of events) {
        if (!wants(stream.types, event.type)) continue;
        for (const single of this.expandOnce(told, event)) {
          if (matchesType(stream.types, single.type)) connection.send(frameOnce(frames, single));
        }
      }
    }
  }

  /** Ends the streams whose credential is no longer valid. */
  closeRevoked(): void {
    for (const connection of this.connections()) {
      if (connection.state && !this.mayRead(connection.state.reader)) connection.close(CLOSE_UNAUTHENTICATED, "The credential is no longer valid");
    }
  }

  /** Keys of a sandbox are the live actor's, which is asked when the stream is opened. */
  private mayRead(reader: StreamReader): boolean {
    // The organization was deleted: nobody follows it any more.
    if (!this.state.row()) return false;
    if (reader.kind === "operator" || this.state.isSandbox) return true;
    if (reader.kind === "api_key") return this.state.keys.isUsable(reader.key_id, "events:read", Date.now());
    const grant = this.state.grants.authenticate(reader, this.state.organization(), Date.now());
    return !("failure" in grant) && grant.principal.scopes.includes("events:read");
  }

  /** Sends what the log has after the stream's place, page by page, then lets it go live. */
  private async replay(connection: StreamConnection): Promise<void> {
    if (this.replaying.has(connection.id)) return;
    this.replaying.add(connection.id);
    try {
      while (connection.state && connection.readyState === WebSocket.OPEN) {
        const { sent, types } = connection.state;
        const rows = readRows(this.state.core.db, sent, REPLAY_ROWS);
        if (rows.length === 0) {
          // In the same turn as the empty read, so that no commit falls between.
          connection.setState({ ...connection.state, live: true });
          return;
        }
        for (const row of rows) {
          for (const event of expandRow(this.state.core.db, this.state.organization().id, row, types, sent)) send(connection, toFrame(event));
        }
        connection.setState({ ...connection.state, sent: { sequence: rows.at(-1)!.seq, index: null } });
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    } finally {
      this.replaying.delete(connection.id);
    }
  }

  private expandOnce(told: Map<LoggedEvent, Event[]>, event: LoggedEvent): Event[] {
    let events = told.get(event);
    if (!events) {
      const row: EventRow = { seq: event.seq, type: event.type, subject: event.subject, at: event.at, data: JSON.stringify(event.data) };
      told.set(event, (events = expandRow(this.state.core.db, this.state.organization().id, row, null, null)));
    }
    return events;
  }
}

function wants(types: readonly string[] | null, type: string): boolean {
  return matchesType(types, type) || (type === BATCH_TYPE && matchesType(types, ITEM_TYPE));
}

function toFrame(event: Event): StreamFrame {
  return { event: event.type, id: event.id, data: JSON.stringify(event) };
}

function frameOnce(frames: Map<Event, string>, event: Event): string {
  let text = frames.get(event);
  if (text === undefined) frames.set(event, (text = JSON.stringify(toFrame(event))));
  return text;
}

function send(connection: StreamConnection, frame: StreamFrame): void {
  connection.send(JSON.stringify(frame));
}
