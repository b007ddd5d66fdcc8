import type { Connection } from "partyserver";
import { writeLiveFrame, type LiveFrameKind, type LiveOpening } from "../../../domain/live.ts";
import type { Grant } from "../../core/engine.ts";
import type { LiveGroup } from "./live_group.ts";

/** Kept with the socket through hibernation, and gone with it. */
export interface LiveSocketState {
  opening: LiveOpening;
  /** What the live actor said of a sandbox's reader when it came; null where this actor decides itself. */
  said: Grant | null;
  /** When its credential ends, as the edge was told. */
  expires_at_ms: number | null;
  /** Number and stored query of each subscription that is live. */
  subscriptions: (readonly [n: number, query_id: number])[];
}

export type LiveConnection = Connection<LiveSocketState>;

/** One subscription that is told what happens. */
export interface LiveSubscription {
  readonly socket: LiveSocket;
  readonly n: number;
  group: LiveGroup;
}

/** An inner socket from the edge: one client's connection. */
export class LiveSocket {
  readonly subscriptions = new Map<number, LiveSubscription>();

  constructor(
    readonly connection: LiveConnection,
    readonly opening: LiveOpening,
    readonly said: Grant | null,
    /** As it was judged last. */
    public grant: Grant,
  ) {}

  send(kind: LiveFrameKind, n: number, id: string | null, payload = "null"): void {
    this.write(writeLiveFrame(kind, n, id, payload));
  }

  /** A frame that is written already. A socket that breaks meanwhile is no concern of others': its close is on the way. */
  write(frame: string): void {
    if (this.connection.readyState !== WebSocket.OPEN) return;
    try {
      this.connection.send(frame);
    } catch (error) {
      console.warn(JSON.stringify({ level: "warn", request_id: this.opening.request_id, error: String(error) }));
    }
  }

  /** Writes down what a wake-up must find. */
  save(expires_at_ms = this.connection.state!.expires_at_ms): void {
    if (this.connection.readyState !== WebSocket.OPEN) return;
    const subscriptions = [...this.subscriptions.values()].map(({ n, group }) => [n, group.query_id] as const);
    this.connection.setState({ opening: this.opening, said: this.said, expires_at_ms, subscriptions });
  }
}
