import type { Document } from "../../../domain/documents.ts";
import type { Failure } from "../../../domain/errors.ts";
import { closeSocket, LIVE_CLOSE, readLiveFrame, type Closing, type LiveFrame, type LiveRequest, type ReadyPayload } from "../../../domain/live.ts";
import { failureErrors } from "./errors.ts";
import { InnerSubscription, type Reader } from "./inner_subscription.ts";
import { identityOf } from "./identity.ts";

/** When the actor went away, such as by a deploy, it is asked again after these times, each with as much chance added. */
const RETRY_DELAYS_MS = [50, 500, 2_000, 5_000];
/** The longest time that a timer can be set for. */
const TIMER_MAX_MS = 2_147_483_647;

/** Why a connection ends, in the numbers of WebSocket close frames: those of LIVE_CLOSE, 1012 and 1013 for us being away. */
export type Ending = Closing;

const LEFT: Ending = { code: 1000, reason: "The client left" };
const EXPIRED: Ending = { code: LIVE_CLOSE.expired, reason: "The credential has expired; connect again with a new one" };

export type OpenLive = (again: boolean) => Promise<WebSocket | { failure: Failure }>;

/**
 * A client's connection to its organization's actor: one inner socket, whatever number of subscriptions and documents the client has on it. The socket is opened again when the
 * actor went away, and each subscription goes on from its place: the client does not notice.
 */
export class InnerConnection {
  private socket: WebSocket | null = null;
  private next_n = 1;
  private readonly subscriptions = new Set<InnerSubscription>();
  private readonly told = new Map<number, InnerSubscription>();
  private readonly executing = new Map<number, (frame: Pick<LiveFrame, "kind" | "payload">) => void>();
  private readonly first_ready = Promise.withResolvers<string>();
  private expires_at_ms: number | null = null;
  private expiry: ReturnType<typeof setTimeout> | undefined;
  private paused = false;
  private over = false;

  private constructor(
    private readonly openSocket: OpenLive,
    private readonly ended: (ending: Ending) => void,
  ) {}

  /** Ready to be used, or why the actor does not let the caller in. */
  static async open(openSocket: OpenLive, ended: (ending: Ending) => void): Promise<InnerConnection | { failure: Failure }> {
    const socket = await openSocket(false);
    if ("failure" in socket) return socket;
    const connection = new InnerConnection(openSocket, ended);
    connection.attach(socket);
    return connection;
  }

  /** The log's end when it was opened. Never there where it ends before. */
  get sequence(): Promise<string> {
    return this.first_ready.promise;
  }

  subscribe(document: Document, after: string | null, reader: Reader): InnerSubscription {
    const host = {
      begin: (subscription: InnerSubscription, request: object): number => {
        const n = this.next_n++;
        this.told.set(n, subscription);
        this.send({ type: "subscribe", n, ...request } as LiveRequest);
        return n;
      },
      end: (n: number): void => {
        this.told.delete(n);
        this.send({ type: "complete", n });
      },
      waited: (subscription: InnerSubscription): void => {
        if (this.socket && !this.paused && this.subscriptions.has(subscription)) subscription.resume();
      },
    };
    const subscription = new InnerSubscription(host, document, identityOf(document), after, reader);
    this.subscriptions.add(subscription);
    if (this.socket && !this.paused) subscription.resume();
    return subscription;
  }

  unsubscribe(subscription: InnerSubscription): void {
    subscription.stop();
    this.subscriptions.delete(subscription);
  }

  /** Runs a query or mutation: its result as JSON text, or the errors that kept it from running. */
  execute(document: Document): Promise<{ result: string } | { errors: string }> {
    return new Promise((resolve) => {
      const n = this.next_n++;
      this.executing.set(n, ({ kind, payload }) => resolve(kind === "result" ? { result: payload } : { errors: payload }));
      if (this.socket) this.send({ type: "execute", n, document });
      else this.failExecuting();
    });
  }

  /** The client reads too slowly: nothing comes any more until it is ready again. */
  pause(): void {
    this.paused = true;
    for (const subscription of this.subscriptions) subscription.pause();
  }

  resume(): void {
    this.paused = false;
    if (this.socket) for (const subscription of this.subscriptions) subscription.resume();
  }

  close(): void {
    this.over = true;
    clearTimeout(this.expiry);
    const { socket } = this;
    this.socket = null;
    for (const subscription of this.subscriptions) subscription.stop();
    if (socket) closeSocket(socket, LEFT);
  }

  private end(ending: Ending): void {
    if (this.over) return;
    this.close();
    this.ended(ending);
  }

  private attach(socket: WebSocket): void {
    this.socket = socket;
    socket.addEventListener("message", ({ data }) => this.receive(readLiveFrame(String(data))));
    socket.addEventListener("close", ({ code, reason }) => this.detached(socket, { code, reason }));
    socket.addEventListener("error", () => this.detached(socket, { code: 1006, reason: "" }));
    socket.accept();
    this.resumeAll();
  }

  private resumeAll(): void {
    if (!this.paused) for (const subscription of this.subscriptions) subscription.resume();
  }

  private receive(frame: LiveFrame): void {
    const { kind, n, payload } = frame;
    if (kind === "ready") return this.ready(JSON.parse(payload) as ReadyPayload);
    const shown: LiveFrame = kind === "refused" ? { ...frame, kind: "error", payload: failureErrors(JSON.parse(payload) as Failure) } : frame;
    const executing = this.executing.get(n);
    if (executing) {
      this.executing.delete(n);
      executing(shown);
      return;
    }
    const subscription = this.told.get(n);
    if (!subscription) return;
    if (kind === "behind" || kind === "later") this.told.delete(n);
    if (!subscription.take(shown)) {
      this.told.delete(n);
      this.subscriptions.delete(subscription);
    } else if (kind === "behind" && !this.paused) subscription.resume();
  }

  private detached(socket: WebSocket, { code, reason }: Ending): void {
    if (socket !== this.socket) return;
    this.socket = null;
    this.told.clear();
    for (const subscription of this.subscriptions) subscription.detach();
    this.failExecuting();
    if (Object.values<number>(LIVE_CLOSE).includes(code)) this.end({ code, reason });
    else void this.openAgain();
  }

  private async openAgain(): Promise<void> {
    for (const delay_ms of RETRY_DELAYS_MS) {
      await new Promise((resolve) => setTimeout(resolve, delay_ms * (1 + Math.random())));
      if (this.over) return;
      const socket = await this.openSocket(true);
      if (!("failure" in socket)) {
        if (this.over) closeSocket(socket, LEFT);
        else this.attach(socket);
        return;
      }
      if (this.expires_at_ms !== null && this.expires_at_ms <= Date.now()) return this.end(EXPIRED);
      if (!isAway(socket.failure)) return this.end(endingFor(socket.failure));
    }
    this.end({ code: 1012, reason: "The organization's service cannot answer right now" });
  }

  /** Whether they ran is not known. */
  private failExecuting(): void {
    const message = "The organization's service went away before it answered; a change may have been made: retry with the same idempotency key";
    const payload = failureErrors({ code: "UNAVAILABLE", message, details: { retry_after_s: 1 } });
    for (const answer of this.executing.values()) answer({ kind: "error", payload });
    this.executing.clear();
  }

  private ready({ expires_at_ms, sequence }: ReadyPayload): void {
    this.first_ready.resolve(sequence);
    this.expires_at_ms = expires_at_ms;
    this.expireAt(expires_at_ms);
  }

  private expireAt(at_ms: number | null): void {
    clearTimeout(this.expiry);
    if (at_ms === null) return;
    const left_ms = at_ms - Date.now();
    if (left_ms > TIMER_MAX_MS) this.expiry = setTimeout(() => this.expireAt(at_ms), TIMER_MAX_MS);
    else this.expiry = setTimeout(() => this.end(EXPIRED), Math.max(0, left_ms));
  }

  private send(request: LiveRequest): void {
    this.socket?.send(JSON.stringify(request));
  }
}

/** How a connection ends when the actor keeps its caller out. */
export function endingFor(failure: Failure): Ending {
  const { code, message } = failure;
  const number = isAway(failure) || code === "RATE_LIMITED" ? 1013 : code === "UNAUTHENTICATED" ? LIVE_CLOSE.unauthenticated : LIVE_CLOSE.forbidden;
  return { code: number, reason: message };
}

function isAway({ code }: Failure): boolean {
  return code === "UNAVAILABLE" || code === "INTERNAL_ERROR";
}
