// Whatever belongs to somebody is, to anybody else, as if it had never been: word for word the answer to what was made up.
import { beforeAll, describe, expect, it } from "vitest";
import { createOrganization, send, type Reply, type TestOrganization } from "../../support/api.ts";
import { MessageStream } from "../http/message_stream.ts";
import { modernHeaders, modernMessage, openSession, post, request, type OpenSession, type RpcBody } from "../http/support.ts";
import { createProduct, EXPORT, holdExports, makeKey } from "./support.ts";

const CAN = { elicitation: {}, extensions: { "io.modelcontextprotocol/tasks": {} } };

let owner: TestOrganization;
/** Everything that the owner's first key has. */
let own: {
  session: OpenSession;
  product_id: string;
  export_id: string;
  interaction_id: string;
  /** A place in the stream of a call that waits. */
  place: string;
  question_id: string;
  task_id: string;
  cursor: string;
  resources_cursor: string;
  state: string;
};
const strangers: Record<string, string> = {};
const STRANGERS = ["another organization", "another key", "a sandbox key"];
const OUTSIDERS = ["another organization", "a sandbox key"];

/** One request of the stateless revision. */
function stateless(key: string, method: string, params: Record<string, unknown>): Promise<Reply<RpcBody>> {
  const named = params.name ?? params.uri ?? params.taskId;
  const headers = modernHeaders(method, typeof named === "string" ? named : undefined);
  return post(modernMessage(method, params, CAN), { key, headers });
}

beforeAll(async () => {
  owner = await createOrganization();
  const key = owner.api_key;
  const products: string[] = [];
  for (let index = 0; index < 60; index++) products.push(await createProduct(key, { title: `Secret ${index}`, sku: `SECRET-${index}` }));
  const { body } = await send<{ results: { id: string }[] }>("POST", "/api/v2/interactions", {
    key,
    body: { interactions: [{ type: "view_item", visitor_id: "v", items: [{ sku: "SECRET-1" }] }] },
  });
  await holdExports(owner);
  const session = await openSession(key, undefined, { capabilities: CAN });
  const inSession = { key, headers: { "Mcp-Session-Id": session.id } };
  const call = (name: string, args: object, more: object = {}) => ({
    jsonrpc: "2.0",
    id: name,
    method: "tools/call",
    params: { name, arguments: args, ...more },
  });
  const waiting = await MessageStream.post(call("exports_create", EXPORT, { _meta: { progressToken: "p" } }), inSession);
  const asking = await MessageStream.post(call("products_delete", { product_id: products[0] }), inSession);
  const question = await asking.until(({ message }) => message.method === "elicitation/create");
  const task = await stateless(key, "tools/call", { name: "exports_create", arguments: EXPORT });
  const asked = await stateless(key, "tools/call", { name: "products_delete", arguments: { product_id: products[0] } });
  const listed = await stateless(key, "tools/call", { name: "products_list", arguments: { limit: 5 } });
  const resources = await stateless(key, "resources/list", {});
  const [{ id: export_id }] = (await send<{ data: [{ id: string }] }>("GET", "/api/v1/exports", { key })).body.data;
  own = {
    session,
    product_id: products[0]!,
    export_id,
    interaction_id: body.results[0]!.id,
    place: (await waiting.until(({ id }) => id !== undefined)).id!,
    question_id: String(question.message.id),
    task_id: String(task.body.result!.taskId),
    cursor: String((listed.body.result!.structuredContent as { next_cursor: string }).next_cursor),
    resources_cursor: String(resources.body.result!.nextCursor),
    state: String(asked.body.result!.requestState),
  };
  strangers["another organization"] = (await createOrganization()).api_key;
  const scopes = ["products:read", "products:write", "exports:read", "exports:write", "interactions:read", "insights:read"];
  strangers["another key"] = (await makeKey(owner, { scopes })).key;
  strangers["a sandbox key"] = (await makeKey(owner, { scopes, environment: "test" })).key;
});

/** Another of the same form. */
function madeUp(real: string): string {
  const flipped = real.replaceAll(/[0-9]/g, (digit) => String((Number(digit) + 1) % 8));
  return flipped === real ? `${real}0` : flipped;
}

/** What is asked with the real thing and with one that never was is answered alike, and refused. */
async function expectAlike(real: string, fake: string, ask: (thing: string) => Promise<Reply<RpcBody>>): Promise<RpcBody> {
  const [about_real, about_fake] = [await ask(real), await ask(fake)];
  const comparable = ({ status, body }: Reply<RpcBody>, thing: string): unknown => [
    status,
    JSON.parse(
      JSON.stringify(body)
        .replaceAll(thing, "it")
        .replaceAll(/"crow.request_id":"\w+"/g, '"crow/request_id":""'),
    ),
  ];
  expect(comparable(about_real, real)).toEqual(comparable(about_fake, fake));
  return about_real.body;
}

/** The id of a session as its header has it, with another beginning. */
const madeUpSession = (id: string): string => id.replace(/^mses_[\w-]{32}/, `mses_${"A".repeat(32)}`);

describe.each(STRANGERS)("to %s", (who) => {
  it("a session is not there, for whatever it is asked", async () => {
    const key = strangers[who]!;
    const messages = [
      { jsonrpc: "2.0", id: 1, method: "ping" },
      { jsonrpc: "2.0", id: 1, method: "tools/list" },
      { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "products_list", arguments: {} } },
      { jsonrpc: "2.0", method: "notifications/initialized" },
      { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: "exports_create" } },
      { jsonrpc: "2.0", id: own.question_id, result: { action: "accept", content: { confirm: true } } },
    ];
    for (const message of messages) {
      const { error } = await expectAlike(own.session.id, madeUpSession(own.session.id), (id) =>
        post(message, { key, headers: { "Mcp-Session-Id": id } }),
      );
      expect(error!.data).toMatchObject({ code: "NOT_FOUND", details: { resource: "session" } });
    }
    for (const method of ["GET", "DELETE"]) {
      await expectAlike(own.session.id, madeUpSession(own.session.id), (id) =>
        request(method, { key, headers: { "Mcp-Session-Id": id, Accept: "text/event-stream" } }),
      );
    }
    expect((await own.session.request("ping")).status).toBe(200);
  });

  it("a call's place is none, in a session of its own", async () => {
    const key = strangers[who]!;
    const session = await openSession(key);
    const { error } = await expectAlike(own.place, madeUp(own.place), (place) =>
      request("GET", { key, headers: { "Mcp-Session-Id": session.id, Accept: "text/event-stream", "Last-Event-ID": place } }),
    );
    expect(error).toBeDefined();
  });

  it("a task is not there, nor can it be cancelled", async () => {
    for (const method of ["tasks/get", "tasks/update", "tasks/cancel"]) {
      const { error } = await expectAlike(own.task_id, madeUp(own.task_id), (taskId) =>
        stateless(strangers[who]!, method, { taskId, inputResponses: {} }),
      );
      expect(error).toMatchObject({ code: -32_602 });
    }
    expect((await stateless(owner.api_key, "tasks/get", { taskId: own.task_id })).body.result).toMatchObject({ status: "working" });
  });

  it("a consent that was asked for is none", async () => {
    const { product_id, state } = own;
    const inputResponses = { confirm: { action: "accept", content: { confirm: true } } };
    const key = strangers[who]!;
    await expectAlike(state, madeUp(state), (requestState) =>
      stateless(key, "tools/call", { name: "products_delete", arguments: { product_id }, inputResponses, requestState }),
    );
    expect((await send("GET", `/api/v1/products/${product_id}`, { key: owner.api_key })).status).toBe(200);
  });
});

describe.each(OUTSIDERS)("to %s", (who) => {
  it("no resource is there, to read or to complete", async () => {
    const key = strangers[who]!;
    const session = await openSession(key);
    for (const [prefix, id] of [
      ["crow://products/", own.product_id],
      ["crow://exports/", own.export_id],
      ["crow://interactions/", own.interaction_id],
    ] as const) {
      const uri = prefix + id;
      const { error } = await expectAlike(uri, prefix + madeUp(id), (asked) => stateless(key, "resources/read", { uri: asked }));
      expect(error, uri).toMatchObject({ message: "Resource not found" });
      await expectAlike(uri, prefix + madeUp(id), (asked) => session.request("resources/read", { uri: asked }));
      const { result } = await expectAlike(uri, prefix + madeUp(id), (asked) => session.request("resources/subscribe", { uri: asked }));
      expect(result).toEqual({});
    }
    const ref = { type: "ref/resource", uri: "crow://products/{product_id}" };
    for (const value of [own.product_id, "SECRET-1", "Secret"]) {
      const { body } = await stateless(key, "completion/complete", { ref, argument: { name: "product_id", value } });
      expect(body.result).toMatchObject({ completion: { values: [] } });
    }
    const listed = await stateless(key, "resources/list", {});
    expect(JSON.stringify(listed.body)).not.toContain(own.product_id);
  });

  it("no tool finds a thing, in the words for what never was", async () => {
    const key = strangers[who]!;
    for (const [name, argument, id] of [
      ["products_get", "product_id", own.product_id],
      ["products_story", "product_id", own.product_id],
      ["exports_get", "export_id", own.export_id],
    ] as const) {
      const { result } = await expectAlike(id, madeUp(id), (asked) => stateless(key, "tools/call", { name, arguments: { [argument]: asked } }));
      expect(result, name).toMatchObject({ isError: true, structuredContent: { error: { code: "NOT_FOUND" } } });
    }
  });

  it("no cursor leads anywhere", async () => {
    const key = strangers[who]!;
    const { result } = await expectAlike(own.cursor, madeUp(own.cursor), (cursor) =>
      stateless(key, "tools/call", { name: "products_list", arguments: { limit: 5, cursor } }),
    );
    expect(result).toMatchObject({ isError: true, structuredContent: { error: { code: "VALIDATION_ERROR", details: { field: "cursor" } } } });
    const [page, rest] = own.resources_cursor.split("~") as [string, string];
    const { error } = await expectAlike(own.resources_cursor, `${page}~${madeUp(rest)}`, (cursor) => stateless(key, "resources/list", { cursor }));
    expect(error).toMatchObject({ code: -32_602, data: { details: { field: "cursor" } } });
  });
});

describe("another session of the very same key", () => {
  it("has no part in a call either: its place is none, its question unanswered, its cancellation unheard", async () => {
    const session = await openSession(owner.api_key);
    await expectAlike(own.place, madeUp(own.place), (place) =>
      request("GET", { key: owner.api_key, headers: { "Mcp-Session-Id": session.id, Accept: "text/event-stream", "Last-Event-ID": place } }),
    );
    await session.post({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: "exports_create" } });
    await session.post({ jsonrpc: "2.0", id: own.question_id, result: { action: "accept", content: { confirm: true } } });
    const { body } = await send<{ status: string }>("GET", `/api/v1/exports/${own.export_id}`, { key: owner.api_key });
    expect(body.status).toBe("queued");
    expect((await send("GET", `/api/v1/products/${own.product_id}`, { key: owner.api_key })).status).toBe(200);
  });

  it("is shared by what is the organization's: things and cursors", async () => {
    const key = strangers["another key"]!;
    const listed = await stateless(key, "tools/call", { name: "products_list", arguments: { limit: 5, cursor: own.cursor } });
    expect((listed.body.result!.structuredContent as { data: unknown[] }).data).toHaveLength(5);
    expect((await stateless(key, "resources/read", { uri: `crow://products/${own.product_id}` })).body.result).toHaveProperty("contents");
  });
});
