import type { StreamFrame } from "../../domain/events/stream.ts";
import { CLOSE_UNAUTHENTICATED } from "../../domain/events/stream.ts";
import { closeQuietly, EventStream, eventText } from "../event_stream.ts";

const NO_LONGER_VALID = { code: "UNAUTHENTICATED", message: "The credential is no longer valid" };

/**
 * Renders the frames of an inner socket as server-sent events (WHATWG HTML, 9.2). The socket can sleep at its other end as long as nothing happens. A reader that is cut off comes back with
 * Last-Event-ID and reads on from the log.
 */
export function eventStreamResponse(socket: WebSocket): Response {
  const stream = new EventStream(() => closeQuietly(socket));
  socket.addEventListener("message", ({ data }) => {
    const { event, data: text, id } = JSON.parse(String(data)) as StreamFrame;
    stream.write(eventText(event, text, id));
  });
  socket.addEventListener("close", ({ code }) => {
    if (code === CLOSE_UNAUTHENTICATED) stream.write(eventText("error", JSON.stringify(NO_LONGER_VALID)));
    stream.end();
  });
  socket.addEventListener("error", () => stream.end());
  socket.accept();
  return stream.response();
}

/** Whether the client wants the page instead of the stream. */
export function wantsJson(request: Request): boolean {
  const accept = request.headers.get("Accept") ?? "";
  return accept.includes("application/json") && !accept.includes("text/event-stream");
}
