import type { Document } from "../../../domain/documents.ts";
import type { LaterPayload, LiveFrame, LiveSubscribe } from "../../../domain/live.ts";

/** Where a subscription's answers go. */
export interface Reader {
  /** An execution result as JSON text, and its place in the log. */
  next(json: string, id: string): void;
  /** It ended with these GraphQL errors, as JSON text. */
  error(errors: string): void;
  complete(): void;
}

/** What a subscription asks of its connection. */
export interface SubscriptionHost {
  /** Sends a request under a new number, which frames about it will carry. */
  begin(subscription: InnerSubscription, request: Omit<LiveSubscribe, "type" | "n">): number;
  end(n: number): void;
  /** It waited as long as it was told to. */
  waited(subscription: InnerSubscription): void;
}

/** The longest time that a timer can be set for. */
const TIMER_MAX_MS = 2_147_483_647;

/**
 * One subscription of a client, whichever numbers it has had on the inner socket. The log at the other end is its buffer: paused, it forgets what still comes and remembers its
 * place, and goes on from there.
 */
export class InnerSubscription {
  /** Its number on the inner socket; null while it is not told anything. */
  private n: number | null = null;
  private place: string | null;
  /** The actor has answered it once: what follows is no new subscription. */
  private begun = false;
  /** Until then reading on is more than its bucket holds. */
  private wait: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly host: SubscriptionHost,
    private readonly document: Document,
    private readonly identity: string,
    after: string | null,
    readonly reader: Reader,
  ) {
    this.place = after;
  }

  /** Begins, or goes on where it was. */
  resume(): void {
    if (this.n !== null || this.wait !== null) return;
    const { document, identity, place, begun } = this;
    this.n = this.host.begin(this, { document, identity, after: place, resumed: begun });
  }

  pause(): void {
    if (this.n === null) return;
    this.host.end(this.n);
    this.n = null;
  }

  /** It is over from the client's side. */
  stop(): void {
    this.pause();
    if (this.wait !== null) clearTimeout(this.wait);
  }

  /** The inner socket is gone, and its numbers with it. */
  detach(): void {
    this.n = null;
  }

  /** Takes a frame of its present number; false once it is over. */
  take({ kind, id, payload }: LiveFrame): boolean {
    this.begun = true;
    this.place = id ?? this.place;
    if (kind === "next") this.reader.next(payload, id!);
    else if (kind === "behind") this.n = null;
    else if (kind === "later") this.later(JSON.parse(payload) as LaterPayload);
    else if (kind === "complete") this.reader.complete();
    else if (kind === "error") this.reader.error(payload);
    return kind !== "complete" && kind !== "error";
  }

  private later({ retry_after_s }: LaterPayload): void {
    this.n = null;
    this.wait = setTimeout(
      () => {
        this.wait = null;
        this.host.waited(this);
      },
      Math.min(retry_after_s * 1_000, TIMER_MAX_MS),
    );
  }
}
