import type { Connection } from "partyserver";
import { writeLiveFrame, type LiveFrameKind, type LiveOpening } from "../../../domain/live.ts";
import type { Grant } from "../../core/engine.ts";
import type { LiveGroup } from "./live_group.ts";
import type { Said } from "./said.ts";

/** Kept with the socket through hibernation, and gone with it. */
export interface LiveSocketState {
  opening: LiveOpening;
  /** What the live actor said of a sandbox's reader; null where this actor decides itself. */
  said: Said | null;
  /** When its credential ends, as the edge was told. */
  expires_at_ms: number | null;
  /** Each subscription that is live: its number, its stored query's, and the SHA-256 of the text that it was asked for with. */
  subscriptions: (readonly [n: number, query_id: number, sha256: string])[];
}

export type LiveConnection = Connection<LiveSocketState>;

/** One subscription that is told what happens. */
export interface LiveSubscription {
  readonly socket: LiveSocket;
  readonly n: number;
  readonly query_id: number;
  readonly sha256: string;
  group: LiveGroup;
}

/** An inner socket from the edge: one client's connection. */
export class LiveSocket {
  readonly subscriptions = new Map<number, LiveSubscription>();
  /** Numbers of what was asked for and did not begin yet. */
  readonly waiting = new Set<number>();
  /** Whose limits it counts for. */
  readonly bucket: string;

  constructor(
    readonly connection: LiveConnection,
    readonly opening: LiveOpening,
    public said: Said | null,
    /** As it was judged last. */
    public grant: Grant,
  ) {
    this.bucket = grant.bucket_id ?? grant.principal.id;
  }

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
    const subscriptions = [...this.subscriptions.values()].map(({ n, query_id, sha256 }) => [n, query_id, sha256] as const);
    this.connection.setState({ opening: this.opening, said: this.said, expires_at_ms, subscriptions });
  }
}
