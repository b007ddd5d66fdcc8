// kill -9 in the middle of everything that MCP clients may be doing: each goes on where it was, on the same data directory.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Client as ClientV2, StreamableHTTPClientTransport as TransportV2 } from "@modelcontextprotocol/client";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { CallToolResultSchema, ElicitRequestSchema, ResourceUpdatedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startServer, type RunningServer } from "./server.ts";

const ROWS = 12_000;
const BATCH = 500;
/** Exports that are ahead of a client's: two run at a time, so that the crash comes while the client's waits or runs. */
const AHEAD = 4;
const EXPORT = { name: "exports_create", arguments: { resource: "interactions", format: "ndjson" } };
/** A result comes after the restart, and after what was ahead. */
const TIMEOUT_MS = 100_000;

type Fields = Record<string, unknown>;

let server: RunningServer;
let key: string;

async function rest<Body = Fields>(method: string, path: string, body?: unknown, token = key): Promise<Body> {
  const response = await fetch(server.demo.base_url + path, {
    method,
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const reply = (await response.json()) as Body;
  if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(reply)}`);
  return reply;
}

/** The server itself in the middle of its work, then the launcher; and a new one on the same data. */
async function crash(): Promise<void> {
  const pid = Number(readFileSync(join(server.data, "workerd.pid"), "utf8").split(" ")[0]);
  process.kill(pid, "SIGKILL");
  await server.stop("SIGKILL");
  server = await startServer(server);
}

const url = (): URL => new URL(`${server.demo.base_url}/mcp`);
const requestInit = (): RequestInit => ({ headers: { Authorization: `Bearer ${key}` } });
const until = (met: () => unknown): Promise<unknown> => vi.waitUntil(met, { timeout: TIMEOUT_MS, interval: 50 });

interface Opened {
  client: Client;
  transport: StreamableHTTPClientTransport;
  /** URIs of resources that it was told have changed. */
  told: string[];
  errors: Error[];
}

/** A v1 client as a program has it; one that may retry comes back by itself. */
async function open(retries: number, session?: string, person?: () => Promise<boolean>): Promise<Opened> {
  const client = new Client({ name: "crash-test", version: "1.0.0" }, { capabilities: person ? { elicitation: {} } : {} });
  const transport = new StreamableHTTPClientTransport(url(), {
    requestInit: requestInit(),
    reconnectionOptions: { initialReconnectionDelay: 100, maxReconnectionDelay: 500, reconnectionDelayGrowFactor: 1, maxRetries: retries },
    ...(session === undefined ? {} : { sessionId: session }),
  });
  if (session !== undefined) transport.setProtocolVersion("2025-11-25");
  const [told, errors]: [string[], Error[]] = [[], []];
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the SDK has no other way
  client.onerror = (error) => errors.push(error);
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => void told.push(params.uri));
  if (person) client.setRequestHandler(ElicitRequestSchema, async () => ({ action: "accept", content: { confirm: await person() } }));
  await client.connect(transport);
  return { client, transport, told, errors };
}

const statusIn = (result: unknown): unknown => ((result as Fields).structuredContent as Fields | undefined)?.status;

beforeAll(async () => {
  server = await startServer();
  const { operator_token } = server.demo;
  ({ api_key: key } = await rest<{ api_key: string }>("POST", "/api/v1/organizations", { name: "Crash", tier: "enterprise" }, operator_token));
  const properties = { note: "x".repeat(1_500) };
  for (let start = 0; start < ROWS; start += BATCH) {
    const interactions = Array.from({ length: BATCH }, (_value, offset) => ({
      event_id: `e${start + offset}`,
      type: "page_view",
      occurred_at: new Date(Date.parse("2026-01-01T00:00:00Z") + (start + offset) * 1_000).toISOString(),
      visitor_id: "v",
      properties,
    }));
    await rest("POST", "/api/v1/interactions", { backfill: true, interactions });
  }
}, 300_000);
afterAll(async () => {
  await server.stop("SIGTERM");
  rmSync(server.data, { recursive: true, force: true });
});

describe("a server that is killed and started again", () => {
  it("goes on with calls, questions, tasks, sessions and what they follow", { timeout: 300_000 }, async () => {
    const [doomed, followed] = [
      await rest<{ id: string }>("POST", "/api/v2/products", { title: "Doomed" }),
      await rest<{ id: string }>("POST", "/api/v2/products", { title: "Followed" }),
    ];
    const uri = `crow://products/${followed.id}`;
    let answer: ((yes: boolean) => void) | undefined;
    const idle = await open(0);
    const subscribed = await open(100);
    const asking = await open(100, undefined, () => new Promise((resolve) => (answer = resolve)));
    const [patient, left] = [await open(100), await open(0)];
    await subscribed.client.subscribeResource({ uri });
    const deletion = asking.client.callTool({ name: "products_delete", arguments: { product_id: doomed.id } }, CallToolResultSchema, {
      timeout: TIMEOUT_MS,
    });
    await until(() => answer);

    for (let index = 0; index < AHEAD; index++) await rest("POST", "/api/v1/exports", EXPORT.arguments);
    const progress: number[] = [];
    const waiting = patient.client.callTool(EXPORT, CallToolResultSchema, {
      timeout: TIMEOUT_MS,
      onprogress: (told) => progress.push(told.progress),
    });
    const places: string[] = [];
    const abandoned = left.client.callTool(EXPORT, CallToolResultSchema, {
      onprogress: () => undefined,
      onresumptiontoken: (place) => places.push(place),
    });
    abandoned.catch(() => undefined);
    const task = await stateless("tools/call", EXPORT);
    let ended = false;
    for (const call of [deletion, waiting, abandoned]) void call.then(() => (ended = true)).catch(() => undefined);
    await until(() => progress.length > 0 && places.length > 1);

    expect(ended).toBe(false);
    await crash();
    await rest("PATCH", `/api/v1/products/${followed.id}`, { title: "Changed while nobody listened" });

    // An idle session is as it was.
    expect(await idle.client.callTool({ name: "products_get", arguments: { product_id: followed.id } })).toMatchObject({
      structuredContent: { title: "Changed while nobody listened" },
    });
    // What a session follows it is told, also from the time in which it was away.
    await until(() => subscribed.told.length > 0);
    expect(subscribed.told).toEqual([uri]);
    // A person answers a question that was asked before the crash.
    answer!(true);
    expect((await deletion).isError ?? false).toBe(false);
    await expect(rest("GET", `/api/v1/products/${doomed.id}`)).rejects.toThrow("NOT_FOUND");
    // A client that came back by itself has its result, after progress that only rose.
    expect(statusIn(await waiting)).toBe("succeeded");
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(new Set(progress).size).toBe(progress.length);
    // One that did not is replaced by another, which goes on at the last place.
    await left.client.close();
    const heir = await open(100, left.transport.sessionId);
    const late = await heir.client.request({ method: "tools/call", params: EXPORT }, CallToolResultSchema, {
      resumptionToken: places.at(-1)!,
      timeout: TIMEOUT_MS,
    });
    expect(statusIn(late)).toBe("succeeded");
    // A task is still there, and ends.
    const { taskId } = task as { taskId: string };
    await until(async () => (await stateless("tasks/get", { taskId })).status === "completed");
    const { data } = await rest<{ data: { status: string }[] }>("GET", "/api/v1/exports");
    expect(data.map(({ status }) => status)).toEqual(Array.from({ length: AHEAD + 3 }, () => "succeeded"));
    // Nothing was answered twice.
    for (const { client, errors } of [idle, subscribed, asking, patient, left, heir]) {
      expect(errors.filter(({ message }) => message.includes("unknown message ID")).map(({ message }) => message)).toEqual([]);
      await client.close();
    }
  });

  it("ends listeners without a session in a way that their client notices, and takes them again", { timeout: 120_000 }, async () => {
    const { id } = await rest<{ id: string }>("POST", "/api/v2/products", { title: "Listened to" });
    const client = new ClientV2({ name: "crash-test", version: "1.0.0" }, { versionNegotiation: { mode: "auto" } });
    const told: string[] = [];
    client.setNotificationHandler("notifications/resources/updated", ({ params }) => void told.push(params.uri));
    await client.connect(new TransportV2(url(), { requestInit: requestInit() }));
    const filter = { resourceSubscriptions: [`crow://products/${id}`] };
    const listener = await client.listen(filter);
    await crash();
    expect(await listener.closed).toBe("remote");
    await client.listen(filter);
    await rest("PATCH", `/api/v1/products/${id}`, { title: "Heard again" });
    await until(() => told.length > 0);
    expect(told).toEqual(filter.resourceSubscriptions);
    await client.close();
  });
});

/** One request of the stateless revision by a client that takes tasks. */
async function stateless(method: string, params: Fields): Promise<Fields> {
  const meta = "io.modelcontextprotocol/";
  const _meta = {
    [`${meta}protocolVersion`]: "2026-07-28",
    [`${meta}clientInfo`]: { name: "crash-test", version: "1.0.0" },
    [`${meta}clientCapabilities`]: { extensions: { [`${meta}tasks`]: {} } },
  };
  const response = await fetch(url(), {
    method: "POST",
    headers: {
      ...(requestInit().headers as Record<string, string>),
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
      "MCP-Protocol-Version": "2026-07-28",
      "Mcp-Method": method,
      "Mcp-Name": String(params.name ?? params.taskId),
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: { ...params, _meta } }),
  });
  const { result, error } = (await response.json()) as { result?: Fields; error?: unknown };
  if (!result) throw new Error(JSON.stringify(error));
  return result;
}
