// A stream that ends is no loss: the server ends it before networks do, and the clients of the SDK go on where they were.
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as TransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ResourceUpdatedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { bounded, BoundedStream } from "../../../src/protocols/event_stream.ts";
import { sessionStream } from "../../../src/protocols/mcp/http/sessions/stream.ts";
import { BASE_URL, createOrganization, send } from "../../support/api.ts";
import { MessageStream } from "./message_stream.ts";
import { fetchWorker } from "./support.ts";

let key: string;
let product_id: string;
let uri: string;
beforeAll(async () => {
  key = (await createOrganization()).api_key;
  product_id = (await send<{ id: string }>("POST", "/api/v1/products", { key, body: { title: "Lamp" } })).body.id;
  uri = `crow://products/${product_id}`;
});

const rename = (title: string): Promise<unknown> => send("PATCH", `/api/v1/products/${product_id}`, { key, body: { title } });

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

  it("that was ended is gone on with by the SDK's client: what changed meanwhile is told, once", async () => {
    const cuts: (() => void)[] = [];
    const gets: (string | null)[] = [];
    const cutting = async (url: string | URL, init?: RequestInit): Promise<Response> => {
      const response = await fetchWorker(url, init);
      if (init?.method !== "GET" || !response.body) return response;
      gets.push(new Headers(init.headers).get("Last-Event-ID"));
      if (gets.length > 1) return response;
      // What the server's end looks like to a client, whenever the test wants it.
      const stream = new BoundedStream(() => undefined);
      void response.body.pipeTo(new WritableStream({ write: (chunk: Uint8Array) => stream.write(chunk) })).catch(() => undefined);
      cuts.push(() => stream.end());
      return new Response(stream.body, response);
    };
    const client = new ClientV1({ name: "stream-test", version: "1" });
    const updated: string[] = [];
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => void updated.push(params.uri));
    await client.connect(
      new TransportV1(new URL(`${BASE_URL}/mcp`), { fetch: cutting, requestInit: { headers: { Authorization: `Bearer ${key}` } } }),
    );
    await client.subscribeResource({ uri });
    await vi.waitUntil(() => cuts.length > 0);
    await rename("Before the end");
    await vi.waitUntil(() => updated.length === 1, { timeout: 10_000 });
    cuts[0]!();
    await rename("After the end");
    await vi.waitUntil(() => gets.length === 2, { timeout: 10_000 });
    expect(gets[1]).toMatch(/^log\.\d+$/);
    await vi.waitUntil(() => updated.length === 2, { timeout: 10_000 });
    await client.close();
    expect(updated).toEqual([uri, uri]);
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
