/** What waits for a client at most; one that reads more slowly than it is told is cut off. */
const BUFFER_MAX_BYTES = 1_048_576;
const HEARTBEAT = ": ping\n\n";
const HEARTBEAT_MS = 15_000;
/** When a client comes back whose stream ended. */
const RETRY_MS = 2_000;

/** Headers of server-sent events that no proxy may hold back. */
export const EVENT_STREAM_HEADERS = {
  "Content-Type": "text/event-stream",
  "Cache-Control": "no-cache, no-transform",
  "X-Accel-Buffering": "no",
} as const;

/** One event (WHATWG HTML, section 9.2.5). JSON text has no line break, so it is one line of data. */
export function eventText(event: string, data: string, id: string | null = null): string {
  return `${id === null ? "" : `id: ${id}\n`}event: ${event}\ndata: ${data}\n\n`;
}

/** Writes a stream of bytes of which no more than so much waits for its reader. */
export class BoundedStream {
  readonly body: ReadableStream<Uint8Array>;
  private readonly encoder = new TextEncoder();
  private controller!: ReadableStreamDefaultController<Uint8Array>;
  private over = false;

  /** `ended` is called once, however it ends: by `end`, since the reader left, or because it is too slow. */
  constructor(private readonly ended: () => void) {
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.controller = controller;
        },
        cancel: () => this.finish(),
      },
      { highWaterMark: BUFFER_MAX_BYTES, size: (chunk) => chunk.byteLength },
    );
  }

  write(data: string | Uint8Array): void {
    if (this.over) return;
    this.controller.enqueue(typeof data === "string" ? this.encoder.encode(data) : data);
    if ((this.controller.desiredSize ?? 1) <= 0) this.end();
  }

  end(): void {
    if (this.over) return;
    this.controller.close();
    this.finish();
  }

  private finish(): void {
    if (this.over) return;
    this.over = true;
    this.ended();
  }
}

/** Server-sent events over a connection that may be silent for long: a heartbeat keeps proxies from closing it and finds readers that are gone. */
export class EventStream extends BoundedStream {
  constructor(ended: () => void) {
    super(() => {
      clearInterval(heartbeat);
      ended();
    });
    const heartbeat = setInterval(() => this.write(HEARTBEAT), HEARTBEAT_MS);
    this.write(`retry: ${RETRY_MS}\n\n`);
  }

  response(): Response {
    return new Response(this.body, { headers: EVENT_STREAM_HEADERS });
  }
}

/** The same bytes, with a bound on what waits; `ended` is called once nothing more will be read. */
export function bounded(source: ReadableStream<Uint8Array>, ended: () => void): ReadableStream<Uint8Array> {
  const reader = source.getReader();
  const stream = new BoundedStream(() => {
    void reader.cancel().catch(() => undefined);
    ended();
  });
  void pump(reader, stream);
  return stream.body;
}

async function pump(reader: ReadableStreamDefaultReader<Uint8Array>, stream: BoundedStream): Promise<void> {
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      stream.write(value);
    }
  } finally {
    stream.end();
  }
}

/** Closes a socket that may be closed already. */
export function closeQuietly(socket: WebSocket): void {
  try {
    socket.close(1000, "Read no more");
  } catch {
    // It was not open any more.
  }
}
