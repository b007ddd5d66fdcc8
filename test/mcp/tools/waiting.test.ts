import { beforeAll, describe, expect, it } from "vitest";
import { Export } from "../../../src/domain/exports/export.ts";
import type { McpExecution, McpHost, McpWaiting } from "../../../src/domain/mcp/executor.ts";
import { waitingFor } from "../../../src/protocols/mcp/tools/waiting.ts";
import { createOrganization, send } from "../../support/api.ts";
import { MessageStream } from "../http/message_stream.ts";
import { keyWith, modernHeaders, modernMessage } from "../http/support.ts";
import { callTool } from "./support.ts";

const EXPORT = { name: "exports_create", arguments: { resource: "products", format: "csv" } };

/** A call that wants to be told of progress. */
function callWithProgress(key: string, params: Record<string, unknown> = EXPORT): Promise<MessageStream> {
  const message = modernMessage("tools/call", { ...params, _meta: { progressToken: "p" } });
  return MessageStream.post(message, { key, headers: modernHeaders("tools/call", String(params.name)) });
}

async function resultOf(stream: MessageStream): Promise<Record<string, unknown>> {
  const { message } = await stream.until((event) => event.message.result !== undefined || event.message.error !== undefined);
  if (!message.result) throw new Error(JSON.stringify(message.error));
  return message.result;
}

let key: string;
beforeAll(async () => {
  key = (await createOrganization()).api_key;
  await send("POST", "/api/v1/products", { key, body: { name: "Lamp" } });
});

describe("an export whose progress is wanted", () => {
  it.each([
    ["by its tool", EXPORT],
    ["by execute_operation", { name: "execute_operation", arguments: { operation: "exports.create", input: EXPORT.arguments } }],
  ])("%s: answers once the file is there, with a link that works", async (_how, params) => {
    const stream = await callWithProgress(key, params);
    const { structuredContent, content } = await resultOf(stream);
    const file = structuredContent as Record<string, unknown>;
    expect(file).toMatchObject({ status: "succeeded", progress: { rows_done: 1, rows_total: 1 } });
    const [{ text }, link] = content as [{ text: string }, { uri: string }];
    expect(text).toContain(String(file.download_url));
    expect(link.uri).toBe(`crow://exports/${String(file.id)}`);
    const { pathname, search } = new URL(String(file.download_url));
    const { status, body } = await send<string>("GET", pathname + search);
    expect(status).toBe(200);
    expect(String(body)).toContain("Lamp");
    expect(stream.methods.filter((method) => method === "notifications/progress").length).toBeGreaterThan(0);
  });

  it("is paid for once, however long it takes", async () => {
    const { api_key } = await createOrganization({ tier: "free" });
    const { _meta } = await resultOf(await callWithProgress(api_key));
    expect(_meta).toMatchObject({ "crow/rate_limit": { charged: 10, minute: { remaining: 50 } } });
    const after = await callTool("products_list", {}, { key: api_key });
    expect(after.meta["crow/rate_limit"]).toMatchObject({ minute: { remaining: 49 } });
  });

  it("bad input is told at once", async () => {
    const given = { ...EXPORT.arguments, fields: ["nope"] };
    const { failure } = await callTool(EXPORT.name, given, { key, params: { _meta: { progressToken: "p" } } });
    expect(failure).toMatchObject({ code: "VALIDATION_ERROR", details: { field: "fields.0" } });
  });

  it("who may start exports but not see them gets the started one, and waits for nothing", async () => {
    const writer = await keyWith(key, ["exports:write"]);
    const { value, is_error } = await callTool(EXPORT.name, EXPORT.arguments, { key: writer, params: { _meta: { progressToken: "p" } } });
    expect(is_error).toBe(false);
    expect(value).toMatchObject({ status: "queued" });
  });

  it("without a progress token it is the started export", async () => {
    const { value, meta } = await callTool(EXPORT.name, EXPORT.arguments, { key });
    expect(value).toMatchObject({ status: "queued" });
    expect(meta["crow/rate_limit"]).toMatchObject({ charged: 10 });
  });
});

const file = Export.parse({
  id: "exp_01jd0000000000000000000000",
  resource: "products",
  format: "csv",
  compression: "none",
  filter: {},
  fields: ["id"],
  status: "queued",
  progress: { rows_done: 0, rows_total: null },
  result: null,
  download_url: null,
  error: null,
  created_at: "2026-11-01T00:00:00.000Z",
  started_at: null,
  finished_at: null,
  version: 1,
});

/** What is told of an export in this state. */
function told(state: Partial<Export>): McpWaiting {
  const execution = { client: { protocol_version: "2026-07-28", info: {}, capabilities: {} } } as unknown as McpExecution;
  const host = { charged: 10, limit: null, call: () => ({ ok: true, value: { ...file, ...state }, replayed: false }) } as unknown as McpHost;
  return waitingFor(execution, file.id, host);
}

describe("how an export is told of", () => {
  it("while it waits and runs: rows done, of how many, and in words", () => {
    expect(told({ status: "queued" })).toMatchObject({ done: false, progress: 0, total: null, message: "Waiting for its turn" });
    expect(told({ status: "running", progress: { rows_done: 12_000, rows_total: 40_000 } })).toMatchObject({
      done: false,
      progress: 12_000,
      total: 40_000,
      message: "12,000 of 40,000 rows written",
    });
  });

  it.each(["queued", "running"] as const)("%s, as it is: what a client gets that has waited long enough", (status) => {
    expect(told({ status })).toMatchObject({ done: false, result: { structuredContent: { id: file.id, status } } });
  });

  it.each([
    [{ status: "failed", error: { code: "INTERNAL_ERROR", message: "The disk is full" } }, "INTERNAL_ERROR", "The disk is full"],
    [{ status: "cancelled" }, "CONFLICT", "cancelled"],
    [{ status: "expired" }, "GONE", "expired"],
  ] as [Partial<Export>, string, string][])("%j: ends as a failed call", (state, code, words) => {
    const waiting = told(state);
    expect(waiting).toMatchObject({ done: true, result: { isError: true, structuredContent: { error: { code } } } });
    expect(JSON.stringify(waiting)).toContain(words);
  });
});
