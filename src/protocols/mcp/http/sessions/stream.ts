import type { McpObject } from "../../../../domain/mcp/message.ts";
import { closeQuietly, EVENT_STREAM_HEADERS, EventStream } from "../../../event_stream.ts";
import { changeNotification, readFrames } from "../frames.ts";
import { messageEvent } from "../respond.ts";
import { encodeMessage } from "./codec.ts";
import type { SessionVersion } from "./versions.ts";

/** Networks cut streams after some minutes; one that we end before is gone on with where it was. */
export const LIFETIME_MS = 270_000;

interface StreamOptions {
  version: SessionVersion;
  /** When the stream is ended, for a client that comes back by itself; null for one that would not. */
  lifetime_ms: number | null;
}

/**
 * What an inner socket tells, as server-sent events of a session (revision 2025-11-25, "Streamable HTTP"). A client that leaves only stops reading: nothing is cancelled.
 */
export function sessionStream(socket: WebSocket, { version, lifetime_ms }: StreamOptions): Response {
  let lifetime: ReturnType<typeof setTimeout> | undefined;
  const stream = new EventStream(() => {
    clearTimeout(lifetime);
    closeQuietly(socket);
  });
  if (lifetime_ms !== null) lifetime = setTimeout(() => stream.end(), lifetime_ms);
  readFrames(
    socket,
    (frame) => {
      if (frame.type === "ready") {
        if (frame.id !== null) stream.write(primingEvent(frame.id, version));
        return;
      }
      const messages: McpObject[] =
        frame.type === "changes" ? frame.changes.map((change) => ({ jsonrpc: "2.0", ...changeNotification(change) })) : [frame.message];
      // Who was told one of them only has not reached the place.
      stream.write(
        messages.map((message, at) => messageEvent(encodeMessage(message, version), at === messages.length - 1 ? frame.id : null)).join(""),
      );
    },
    () => stream.end(),
  );
  return stream.response();
}

/** An event without data, which gives the client a place to come back to. Clients of older revisions take it for a broken message. */
function primingEvent(id: string, version: SessionVersion): string {
  return canBePrimed(version) ? `id: ${id}\ndata: \n\n` : "";
}

/** Whether a client of this revision knows where it is before it was told anything. */
export function canBePrimed(version: SessionVersion): boolean {
  return version >= "2025-11-25";
}

/** A whole answer as a stream: what is told before the result, and it. */
export function finishedStream(messages: readonly McpObject[], headers: Headers): Response {
  for (const [name, value] of Object.entries(EVENT_STREAM_HEADERS)) headers.set(name, value);
  return new Response(messages.map((message) => messageEvent(message)).join(""), { headers });
}
