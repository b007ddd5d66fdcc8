import { ANSWERS_LENGTH_MAX } from "../../../domain/documents.ts";

/** After so many bytes the client is asked whether it has read them. */
const PROBE_BYTES = 65_536;
/** With so many unconfirmed nothing more is asked for. */
const PAUSE_BYTES = 262_144;
/** With so many the connection ends: whoever reads nothing and goes on asking. Two of the longest answers have room. */
const UNCONFIRMED_MAX_BYTES = 2 * ANSWERS_LENGTH_MAX;
/** The same for whoever has not said yet who they are. */
const STRANGER_UNCONFIRMED_MAX_BYTES = 65_536;
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

/** Bytes before the outstanding ping, and those after it or since the last pong. */
class Unconfirmed {
  before = 0;
  after = 0;

  get all(): number {
    return this.before + this.after;
  }

  pinged(): void {
    this.before = this.after;
    this.after = 0;
  }
}

/**
 * Knows how far a WebSocket's client has read, for which a Worker has no other sign: a ping of the protocol stands behind what was sent before it, so that its pong confirms all of
 * that. Memory is bounded by what may be unconfirmed.
 */
export class Flow {
  private readonly told = new Unconfirmed();
  /** Answers to the client's own pings: they pause nothing, or it could have everything paused, resumed and read anew at will. */
  private readonly echoed = new Unconfirmed();
  private unconfirmed_max = STRANGER_UNCONFIRMED_MAX_BYTES;
  private outstanding: { payload: string; at_ms: number } | null = null;
  private believed = 0;
  private heard_at_ms = Date.now();
  private paused = false;
  private timer: ReturnType<typeof setTimeout>;

  constructor(private readonly host: FlowHost) {
    this.timer = setTimeout(() => this.watch(), SILENCE_MS);
  }

  /** The client has said who it is. */
  joined(): void {
    this.unconfirmed_max = UNCONFIRMED_MAX_BYTES;
  }

  sent(bytes: number): void {
    this.told.after += bytes;
    this.probe();
    if (this.paused || this.told.all < PAUSE_BYTES) return;
    this.paused = true;
    this.host.pause();
  }

  /** A ping of the client was answered. */
  sentEcho(bytes: number): void {
    this.echoed.after += bytes;
    this.probe();
  }

  /** Anything came from the client. */
  heard(): void {
    this.heard_at_ms = Date.now();
  }

  pong(payload: unknown): void {
    if (!this.outstanding) return;
    const repeated = (payload as { ping?: unknown } | null | undefined)?.ping === this.outstanding.payload;
    if (!repeated) this.believed += this.told.before + this.echoed.before;
    if (this.believed > BELIEVED_MAX_BYTES) {
      this.host.gone("Connect again, or answer a ping with its payload");
      return;
    }
    this.outstanding = null;
    this.told.before = 0;
    this.echoed.before = 0;
    this.probe();
    if (!this.paused || this.told.all >= PROBE_BYTES) return;
    this.paused = false;
    this.host.resume();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private probe(): void {
    const { told, echoed } = this;
    if (told.all + echoed.all > this.unconfirmed_max) this.host.gone("The client does not read");
    if (!this.outstanding && told.after + echoed.after >= PROBE_BYTES) this.ping();
  }

  private ping(): void {
    const payload = crypto.randomUUID();
    this.outstanding = { payload, at_ms: Date.now() };
    this.told.pinged();
    this.echoed.pinged();
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
