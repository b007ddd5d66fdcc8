import type { Document } from "../../../domain/documents.ts";
import { LIVE_CLOSE } from "../../../domain/live.ts";
import type { ErrorCode, Failure } from "../../../domain/errors.ts";
import { failureErrors } from "./errors.ts";
import { InnerConnection, type Ending, type OpenLive } from "./inner_connection.ts";

const HEARTBEAT = ":\n\n";
const HEARTBEAT_MS = 12_000;
/** A client that reads nothing for so long is given up. */
const READS_NOTHING_MAX_MS = 60_000;
/** What waits for the client at most, apart from the one answer that fills it up. */
const BUFFER_BYTES = 262_144;
const HEADERS = { "Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no" };

/** A result and the end, as GraphQL over SSE answers a query or mutation. */
export function finishedStream(json: string): Response {
  return new Response(nextEvent(json, null) + COMPLETE, { headers: HEADERS });
}

/**
 * A subscription as server-sent events (GraphQL over SSE, distinct connections mode). Each answer's event id is its place in the log, after which a client goes on by Last-Event-ID. While
 * the client reads too slowly nothing is asked for; the log keeps it.
 */
export async function subscriptionStream(document: Document, after: string | null, openLive: OpenLive): Promise<Response | { failure: Failure }> {
  const stream = new SubscriptionStream();
  const inner = await InnerConnection.open(openLive, (ending) => stream.ended(ending));
  return "failure" in inner ? inner : new Response(stream.open(inner, document, after), { headers: HEADERS });
}

class SubscriptionStream {
  private readonly encoder = new TextEncoder();
  private controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  private heartbeat: ReturnType<typeof setInterval> | undefined;
  private paused = false;
  private over = false;

  open(inner: InnerConnection, document: Document, after: string | null): ReadableStream<Uint8Array> {
    let read_at_ms = Date.now();
    const finish = (last: string): void => {
      this.end(last);
      inner.close();
    };
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.controller = controller;
          // Some browsers show no headers before the first bytes.
          this.write(HEARTBEAT);
          this.heartbeat = setInterval(() => {
            if ((controller.desiredSize ?? 0) > 0) {
              read_at_ms = Date.now();
              this.write(HEARTBEAT);
            } else if (Date.now() - read_at_ms >= READS_NOTHING_MAX_MS) {
              this.release();
              inner.close();
              controller.error(new Error("The client does not read"));
            }
          }, HEARTBEAT_MS);
          inner.subscribe(document, after, {
            next: (json, id) => {
              this.write(nextEvent(json, id));
              if ((controller.desiredSize ?? 1) > 0 || this.paused) return;
              this.paused = true;
              inner.pause();
            },
            error: (errors) => finish(nextEvent(`{"errors":${errors}}`, null) + COMPLETE),
            complete: () => finish(COMPLETE),
          });
        },
        pull: () => {
          read_at_ms = Date.now();
          if (!this.paused) return;
          this.paused = false;
          inner.resume();
        },
        cancel: () => {
          this.release();
          inner.close();
        },
      },
      { highWaterMark: BUFFER_BYTES, size: ({ byteLength }) => byteLength },
    );
  }

  /** The connection behind it is over. What is final is said; otherwise the client sees an end without `complete` and comes back. */
  ended({ code, reason }: Ending): void {
    const final = FINAL_CODES.get(code) ?? null;
    this.end(final === null ? "" : nextEvent(`{"errors":${failureErrors({ code: final, message: reason, details: {} })}}`, null) + COMPLETE);
  }

  private write(text: string): void {
    if (!this.over) this.controller?.enqueue(this.encoder.encode(text));
  }

  private end(last: string): void {
    if (this.over) return;
    if (last !== "") this.write(last);
    this.release();
    this.controller?.close();
  }

  private release(): void {
    this.over = true;
    clearInterval(this.heartbeat);
  }
}

const FINAL_CODES = new Map<number, ErrorCode>([
  [LIVE_CLOSE.unauthenticated, "UNAUTHENTICATED"],
  [LIVE_CLOSE.expired, "UNAUTHENTICATED"],
  [LIVE_CLOSE.forbidden, "FORBIDDEN"],
]);

const COMPLETE = "event: complete\ndata:\n\n";

/** JSON text has no line break, so it is one line of data. */
function nextEvent(json: string, id: string | null): string {
  return `${id === null ? "" : `id: ${id}\n`}event: next\ndata: ${json}\n\n`;
}
