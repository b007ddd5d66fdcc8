import { ANSWERS_LENGTH_MAX } from "../../../domain/documents.ts";

/** After so many bytes the client is asked whether it has read them. */
const PROBE_BYTES = 65_536;
/** With so many unconfirmed nothing more is asked for. */
const PAUSE_BYTES = 262_144;
/** With so many the connection ends: whoever reads nothing and goes on asking. Two of the longest answers have room. */
const UNCONFIRMED_MAX_BYTES = 2 * ANSWERS_LENGTH_MAX;
/** And after so many that were confirmed by pongs without their ping's payload, which whoever reads nothing could send as well. */
const BELIEVED_MAX_BYTES = 8_388_608;
/** A client is asked after so much silence, and is gone when it leaves a ping unanswered for so long. */
const SILENCE_MS = 25_000;
const ANSWER_MAX_MS = 60_000;

export interface FlowHost {
  ping(payload: { ping: string }): void;
  /** The client reads slower than it is written to. */
  pause(): void;
  resume(): void;
  /** It does not read, or is not there any more. */
  gone(reason: string): void;
}

/**
 * Knows how far a WebSocket's client has read, for which a Worker has no other sign: a ping of the protocol stands behind what was sent before it, so that its pong confirms all of
 * that. Memory is bounded by what may be unconfirmed.
 */
export class Flow {
  /** Bytes before the outstanding ping, and those after it or since the last pong. */
  private before_ping = 0;
  private after_ping = 0;
  private outstanding: { payload: string; at_ms: number } | null = null;
  private believed = 0;
  private heard_at_ms = Date.now();
  private paused = false;
  private timer: ReturnType<typeof setTimeout>;

  constructor(private readonly host: FlowHost) {
    this.timer = setTimeout(() => this.watch(), SILENCE_MS);
  }

  sent(bytes: number): void {
    this.after_ping += bytes;
    const unconfirmed = this.before_ping + this.after_ping;
    if (unconfirmed > UNCONFIRMED_MAX_BYTES) this.host.gone("The client does not read");
    if (!this.outstanding && this.after_ping >= PROBE_BYTES) this.ping();
    if (this.paused || unconfirmed < PAUSE_BYTES) return;
    this.paused = true;
    this.host.pause();
  }

  /** Anything came from the client. */
  heard(): void {
    this.heard_at_ms = Date.now();
  }

  pong(payload: unknown): void {
    if (!this.outstanding) return;
    const repeated = (payload as { ping?: unknown } | null | undefined)?.ping === this.outstanding.payload;
    if (!repeated) this.believed += this.before_ping;
    if (this.believed > BELIEVED_MAX_BYTES) {
      this.host.gone("Connect again, or answer a ping with its payload");
      return;
    }
    this.outstanding = null;
    this.before_ping = 0;
    if (this.after_ping >= PROBE_BYTES) this.ping();
    else if (this.paused) {
      this.paused = false;
      this.host.resume();
    }
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private ping(): void {
    const payload = crypto.randomUUID();
    this.outstanding = { payload, at_ms: Date.now() };
    this.before_ping = this.after_ping;
    this.after_ping = 0;
    this.host.ping({ ping: payload });
  }

  /** Looks whether the client is still there, no more often than it could be gone. */
  private watch(): void {
    const now = Date.now();
    if (!this.outstanding && now - this.heard_at_ms >= SILENCE_MS) this.ping();
    const left_ms = this.outstanding ? this.outstanding.at_ms + ANSWER_MAX_MS - now : this.heard_at_ms + SILENCE_MS - now;
    if (left_ms <= 0) this.host.gone("No answer to a ping");
    else this.timer = setTimeout(() => this.watch(), Math.min(left_ms, SILENCE_MS));
  }
}
