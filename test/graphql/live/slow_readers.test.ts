import { runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { BASE_URL, createOrganization, send } from "../../support/api.ts";
import { pause } from "./clients.ts";
import { RawSocket } from "./raw_socket.ts";

const LARGE = "x".repeat(4_000);
const QUERY = "subscription { productChanged { product { title description } } }";
/** What the server lets be unread, and a little more for what stands around the text. */
const UNREAD_MAX = 300_000;

async function largeProducts(key: string, from: number, count: number): Promise<void> {
  for (let first = from; first < from + count; first += 50) {
    const products = Array.from({ length: 50 }, (_value, index) => ({
      title: String(first + index),
      sku: String(first + index),
      description: LARGE,
    }));
    const reply = await send("POST", "/api/v2/products/batch", { key, body: { products } });
    if (reply.status >= 300) throw new Error(JSON.stringify(reply.body));
  }
}

const titles = (payloads: unknown[]): string[] =>
  payloads.map((payload) => (payload as { data: { productChanged: { product: { title: string } } } }).data.productChanged.product.title);
const numbers = (count: number): string[] => Array.from({ length: count }, (_value, index) => String(index));

/** How many subscriptions the actor tells anything. */
function followed(id: string): Promise<number> {
  return runInDurableObject(env.ORGANIZATIONS.getByName(id), (_actor, state) =>
    state
      .getWebSockets("live")
      .reduce(
        (sum, socket) =>
          sum + (WebSocket.prototype.deserializeAttachment.call(socket) as { __user: { subscriptions: unknown[] } }).__user.subscriptions.length,
        0,
      ),
  );
}

/** Answers each ping from now on, as a client that reads. */
async function readOn(raw: RawSocket, answered = 0): Promise<void> {
  for (let done = answered; !raw.closed; await pause(5)) {
    for (const { payload } of raw.of("ping").slice(done)) {
      raw.send({ type: "pong", payload });
      done += 1;
    }
  }
}

describe("a client that reads slowly", () => {
  it("is not sent more than it may leave unread, and gets every event once it reads on", async () => {
    const { id, api_key } = await createOrganization();
    const raw = await RawSocket.joined(api_key);
    raw.subscribe("a", QUERY);
    await pause();
    await largeProducts(api_key, 0, 300);
    await pause(300);
    const unread = JSON.stringify(raw.messages).length;
    expect(unread).toBeGreaterThan(200_000);
    expect(unread).toBeLessThan(UNREAD_MAX);
    expect(await followed(id)).toBe(0);
    // What happens meanwhile waits in the log.
    await largeProducts(api_key, 300, 100);
    expect(JSON.stringify(raw.messages)).toHaveLength(unread);
    void readOn(raw);
    await raw.until("next", 400);
    await pause();
    expect(titles(raw.of("next").map(({ payload }) => payload))).toEqual(numbers(400));
    await send("POST", "/api/v2/products", { key: api_key, body: { title: "live again" } });
    await raw.until("next", 401);
    raw.close();
  });

  it("gets the latest of a state, not what was between", async () => {
    const { api_key } = await createOrganization();
    const raw = await RawSocket.joined(api_key);
    raw.subscribe("events", QUERY);
    raw.subscribe("state", "subscription { insightsUpdated { totals { interactions { value } } } }");
    await raw.until("next", 1, "state");
    await largeProducts(api_key, 0, 150);
    await pause(300);
    const before = raw.of("next", "state").length;
    for (let index = 0; index < 5; index++) {
      await send("POST", "/api/v1/interactions", { key: api_key, body: { interactions: [{ type: "click" }] } });
      await pause(250);
    }
    expect(raw.of("next", "state")).toHaveLength(before);
    void readOn(raw);
    await raw.until("next", before + 1, "state");
    expect(raw.of("next", "state").at(-1)!.payload).toMatchObject({ data: { insightsUpdated: { totals: { interactions: { value: 5 } } } } });
    await raw.until("next", 150, "events");
    raw.close();
  });

  it("has its queries wait until it reads on", async () => {
    const { api_key } = await createOrganization();
    const raw = await RawSocket.joined(api_key);
    raw.subscribe("a", QUERY);
    await pause();
    await largeProducts(api_key, 0, 100);
    await pause(300);
    raw.subscribe("q", "{ products(first: 1) { id } }");
    await pause(200);
    expect(raw.of("next", "q")).toEqual([]);
    void readOn(raw);
    await raw.until("complete", 1, "q");
    await raw.until("next", 100, "a");
    raw.close();
  });

  it("is cut off when it asks on and on and reads nothing", async () => {
    const { api_key } = await createOrganization();
    const raw = await RawSocket.joined(api_key);
    // Each error says the id back.
    const id = "x".repeat(100);
    for (let count = 0; count < 60_000 && !raw.closed; count += 500) {
      for (let index = 0; index < 500; index++)
        raw.send(`{"id":"${id}${count + index}","type":"subscribe","payload":{"query":"{ ${"n".repeat(100)} }"}}`);
      await pause(0);
    }
    expect(await raw.untilClosed()).toEqual({ code: 1013, reason: "The client does not read" });
  });

  it("gets everything by server-sent events too, and is not told what it has no room for", async () => {
    const { id, api_key } = await createOrganization();
    const response = await exports.default.fetch(
      new Request(`${BASE_URL}/graphql`, {
        method: "POST",
        headers: { Authorization: `Bearer ${api_key}`, Accept: "text/event-stream", "Content-Type": "application/json" },
        body: JSON.stringify({ query: QUERY }),
      }),
    );
    await pause();
    await largeProducts(api_key, 0, 300);
    await pause(300);
    expect(await followed(id)).toBe(0);
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes('"title":"299"') || !text.endsWith("\n\n")) text += (await reader.read()).value;
    const payloads = text
      .split("\n\n")
      .flatMap((event) => (event.includes("event: next") ? [JSON.parse(event.slice(event.indexOf("data: ") + 6)) as unknown] : []));
    expect(titles(payloads)).toEqual(numbers(300));
    await expect.poll(() => followed(id)).toBe(1);
    await reader.cancel();
  });
});
