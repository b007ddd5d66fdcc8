// A stream that ends is no loss: the server ends it before networks do. That clients go on where they were is in ../clients/resuming.
import { describe, expect, it, vi } from "vitest";
import { bounded } from "../../../src/protocols/event_stream.ts";
import { sessionStream } from "../../../src/protocols/mcp/http/sessions/stream.ts";
import { MessageStream } from "./message_stream.ts";

describe("a session's stream", () => {
  it("ends after its time, with a place to come back to, and lets the actor go; without a time it lasts", async () => {
    const open = (lifetime_ms: number | null): { stream: MessageStream; actor: WebSocket; closed: Promise<unknown> } => {
      const { 0: edge, 1: actor } = new WebSocketPair();
      actor.accept();
      const closed = new Promise((resolve) => actor.addEventListener("close", resolve));
      actor.send(JSON.stringify({ type: "ready", id: "log.7" }));
      return { stream: MessageStream.of(sessionStream(edge, { version: "2025-11-25", lifetime_ms })), actor, closed };
    };
    const [short, lasting] = [open(200), open(null)];
    await short.stream.untilEnd();
    await short.closed;
    expect(short.stream.events).toEqual([{ id: "log.7", data: "", event: undefined }]);
    expect(lasting.stream.ended).toBe(false);
    lasting.actor.send(JSON.stringify({ type: "end" }));
    await lasting.stream.untilEnd();
  });
});

describe("a reader that is slower than it is told", () => {
  const chunk = new Uint8Array(65_536);

  it("is cut off once a mebibyte waits for it, and what was made for it is let go", async () => {
    let made = 0;
    let let_go = false;
    const source = new ReadableStream<Uint8Array>({
      pull(controller) {
        made += 1;
        controller.enqueue(chunk);
      },
      cancel() {
        let_go = true;
      },
    });
    let ended = 0;
    const body = bounded(source, () => (ended += 1));
    await vi.waitUntil(() => let_go);
    expect(ended).toBe(1);
    expect(made * chunk.length).toBeLessThan(1_048_576 + 4 * chunk.length);
    expect((await new Response(body).arrayBuffer()).byteLength).toBe(1_048_576);
  });

  it("is not cut off while it reads, however much that is", async () => {
    let made = 0;
    const source = new ReadableStream<Uint8Array>({
      async pull(controller) {
        // A turn for the reader.
        await new Promise((resolve) => setTimeout(resolve, 0));
        if (made === 64) controller.close();
        else controller.enqueue(chunk);
        made += 1;
      },
    });
    const body = bounded(source, () => undefined);
    expect((await new Response(body).arrayBuffer()).byteLength).toBe(64 * chunk.length);
  });
});
