import { exports } from "cloudflare:workers";
import { createParser, type EventSourceMessage } from "eventsource-parser";
import { describe, expect, it, vi } from "vitest";
import { BASE_URL, createOrganization, send } from "../../support/api.ts";
import { follow, pause, sseClient } from "./clients.ts";

const PRODUCTS = "subscription { productChanged { product { title } } }";

interface Options {
  method?: string;
  headers?: Record<string, string>;
  body?: unknown;
  query?: string;
}

function request(key: string | null, { method = "POST", headers = {}, body, query = "" }: Options): Promise<Response> {
  const init: RequestInit = {
    method,
    headers: {
      Accept: "text/event-stream",
      "Content-Type": "application/json",
      ...(key === null ? {} : { Authorization: `Bearer ${key}` }),
      ...headers,
    },
  };
  if (body !== undefined) init.body = JSON.stringify(body);
  return exports.default.fetch(new Request(`${BASE_URL}/graphql${query}`, init));
}

/** A client of the stream, by a real parser of server-sent events. */
function read(response: Response): { events: EventSourceMessage[]; comments: string[]; close: () => Promise<void> } {
  const stream = { events: [] as EventSourceMessage[], comments: [] as string[] };
  const parser = createParser({ onEvent: (event) => void stream.events.push(event), onComment: (comment) => void stream.comments.push(comment) });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  void (async () => {
    for (;;) {
      const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }));
      if (value) parser.feed(value);
      if (done) return;
    }
  })();
  return { ...stream, close: () => reader.cancel() };
}

describe("GraphQL over server-sent events", () => {
  it("streams a subscription that was sent by POST or GET, each answer with its place as the event's id", async () => {
    const { api_key } = await createOrganization();
    const responses = [
      await request(api_key, { body: { query: PRODUCTS } }),
      await request(api_key, { method: "GET", query: `?query=${encodeURIComponent(PRODUCTS)}` }),
    ];
    for (const response of responses)
      expect([response.status, response.headers.get("Content-Type")]).toEqual([200, "text/event-stream; charset=utf-8"]);
    const streams = responses.map(read);
    await pause();
    await send("POST", "/api/v1/products", { key: api_key, body: { name: "A" } });
    for (const stream of streams) {
      const [event] = await vi.waitUntil(() => (stream.events.length > 0 ? stream.events : null), { timeout: 5_000 });
      expect(event).toMatchObject({ event: "next", id: "1" });
      expect(JSON.parse(event!.data)).toEqual({ data: { productChanged: { product: { title: "A" } } }, extensions: { sequence: "1" } });
      expect(stream.comments.length).toBeGreaterThan(0);
      await stream.close();
    }
  });

  it("goes on after Last-Event-ID", async () => {
    const { api_key } = await createOrganization();
    for (const name of ["A", "B", "C"]) await send("POST", "/api/v1/products", { key: api_key, body: { name } });
    const stream = read(await request(api_key, { body: { query: PRODUCTS }, headers: { "Last-Event-ID": "1" } }));
    await vi.waitUntil(() => stream.events.length === 2, { timeout: 5_000 });
    expect(stream.events.map(({ id }) => id)).toEqual(["2", "3"]);
    await stream.close();
  });

  it("answers queries and mutations with a result and the end", async () => {
    const { api_key } = await createOrganization();
    const client = sseClient(api_key);
    const made = await follow(client, 'mutation { createProduct(input: { title: "Hat" }) { title } }').untilOver();
    expect(made).toMatchObject({ completed: true, answers: [{ data: { createProduct: { title: "Hat" } } }] });
    const listed = await follow(client, "{ products { title } }").untilOver();
    expect(listed).toMatchObject({ completed: true, answers: [{ data: { products: [{ title: "Hat" }] } }] });
  });

  it("tells of a document that is wrong as an answer, which clients do not take for a failing network", async () => {
    const { api_key } = await createOrganization();
    for (const query of ["subscription { nonsense }", "subscription {", 'subscription { productChanged(after: "yesterday") { productId } }']) {
      const received = await follow(sseClient(api_key), query).untilOver();
      expect(received).toMatchObject({ completed: true, error: null, answers: [{ errors: [{ extensions: { code: "VALIDATION_ERROR" } }] }] });
    }
  });

  it("answers by HTTP what is no request for a stream", async () => {
    const { api_key } = await createOrganization();
    const code = async (response: Response): Promise<unknown[]> => {
      const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
      expect(response.headers.get("Content-Type")).toContain("application/json");
      return [response.status, errors[0]!.extensions.code];
    };
    const made = await send("POST", "/api/v1/api-keys", { key: api_key, body: { name: "Gone", scopes: ["products:read"] } });
    await send("DELETE", `/api/v1/api-keys/${String(made.body.id)}`, { key: api_key });
    expect(await code(await request(null, { body: { query: PRODUCTS } }))).toEqual([401, "UNAUTHENTICATED"]);
    expect(await code(await request("nonsense", { body: { query: PRODUCTS } }))).toEqual([401, "UNAUTHENTICATED"]);
    expect(await code(await request(String(made.body.key), { body: { query: PRODUCTS } }))).toEqual([401, "UNAUTHENTICATED"]);
    expect(await code(await request(api_key, { body: [{ query: PRODUCTS }] }))).toEqual([400, "VALIDATION_ERROR"]);
    expect(await code(await request(api_key, { body: "text" }))).toEqual([400, "VALIDATION_ERROR"]);
    const mutation = encodeURIComponent('mutation { createProduct(input: { title: "x" }) { id } }');
    expect(await code(await request(api_key, { method: "GET", query: `?query=${mutation}` }))).toEqual([405, "METHOD_NOT_ALLOWED"]);
    const { body } = await send("POST", "/api/v1/api-keys", {
      key: api_key,
      body: { name: "Small", scopes: ["products:read"], rate_limit: { per_minute: 1 } },
    });
    await follow(sseClient(String(body.key)), "{ products { id } }").untilOver();
    expect(await code(await request(String(body.key), { body: { query: "{ products { id } }" } }))).toEqual([429, "RATE_LIMITED"]);
  });
});
