import type { StreamFrame } from "../../domain/events/stream.ts";
import { CLOSE_UNAUTHENTICATED } from "../../domain/events/stream.ts";

const HEARTBEAT_MS = 15_000;
const RETRY_MS = 2_000;
/** A reader this far behind is cut off; it comes back with Last-Event-ID and reads on from the log. */
const BUFFER_MAX_BYTES = 1_048_576;

/**
 * Renders the frames of an inner socket as server-sent events (WHATWG HTML, 9.2). The socket can sleep at its other end as long as nothing happens; the
 * heartbeat keeps proxies from closing a quiet stream and finds readers that are gone.
 */
export function eventStreamResponse(socket: WebSocket): Response {
  const encoder = new TextEncoder();
  let heartbeat: ReturnType<typeof setInterval> | undefined;
  let ended = false;
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const end = (): void => {
          if (ended) return;
          ended = true;
          clearInterval(heartbeat);
          controller.close();
        };
        const write = (text: string): void => {
          if (ended) return;
          controller.enqueue(encoder.encode(text));
          if ((controller.desiredSize ?? 1) <= 0) {
            socket.close(1013, "The reader is too slow");
            end();
          }
        };
        write(`retry: ${RETRY_MS}\n\n`);
        socket.addEventListener("message", ({ data }) => write(toServerSentEvent(JSON.parse(String(data)) as StreamFrame)));
        socket.addEventListener("close", ({ code }) => {
          if (code === CLOSE_UNAUTHENTICATED)
            write('event: error\ndata: {"code":"UNAUTHENTICATED","message":"The credential is no longer valid"}\n\n');
          end();
        });
        socket.addEventListener("error", end);
        heartbeat = setInterval(() => write(": ping\n\n"), HEARTBEAT_MS);
        socket.accept();
      },
      cancel() {
        ended = true;
        clearInterval(heartbeat);
        socket.close(1000, "The reader left");
      },
    },
    { highWaterMark: BUFFER_MAX_BYTES, size: (chunk) => chunk.byteLength },
  );
  return new Response(body, {
    headers: { "Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no" },
  });
}

function toServerSentEvent({ event, id, data }: StreamFrame): string {
  return `${id === null ? "" : `id: ${id}\n`}event: ${event}\ndata: ${data}\n\n`;
}

/** Whether the client wants the page instead of the stream. */
export function wantsJson(request: Request): boolean {
  const accept = request.headers.get("Accept") ?? "";
  return accept.includes("application/json") && !accept.includes("text/event-stream");
}
