// The clients of both lines of the SDK, as programs use them, with nothing but a URL and a key.
import { Client as ClientV2, StreamableHTTPClientTransport as TransportV2 } from "@modelcontextprotocol/client";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as TransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { beforeAll, describe, expect, it } from "vitest";
import { BASE_URL, createOrganization, send } from "../../support/api.ts";
import { fetchWorker } from "./support.ts";

const INFO = { name: "clients-test", version: "1.0.0" };
const url = (path = "/mcp"): URL => new URL(BASE_URL + path);

let key: string;
beforeAll(async () => {
  key = (await createOrganization()).api_key;
  await send("POST", "/api/v1/products", { key, body: { title: "Lamp", external_id: "lamp" } });
});

interface Connected {
  version: string | undefined;
  session: string | undefined;
  server: unknown;
  errors: Error[];
  list(): Promise<string[]>;
  call(name: string, args: Record<string, unknown>): Promise<{ isError?: unknown; structuredContent?: unknown; content?: unknown }>;
  end(): Promise<void>;
}

const options = (): { fetch: typeof fetchWorker; requestInit: RequestInit } => ({
  fetch: fetchWorker,
  requestInit: { headers: { Authorization: `Bearer ${key}` } },
});

async function connectV1(path?: string): Promise<Connected> {
  const client = new ClientV1(INFO);
  const transport = new TransportV1(url(path), options());
  const errors: Error[] = [];
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the SDK has no other way
  client.onerror = (error) => errors.push(error);
  await client.connect(transport);
  return {
    version: transport.protocolVersion,
    session: transport.sessionId,
    server: client.getServerVersion(),
    errors,
    list: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: (name, args) => client.callTool({ name, arguments: args }) as ReturnType<Connected["call"]>,
    end: async () => {
      await transport.terminateSession();
      await client.close();
    },
  };
}

const connectV2 =
  (mode: "legacy" | "auto") =>
  async (path?: string): Promise<Connected> => {
    const client = new ClientV2(INFO, { versionNegotiation: { mode } });
    const transport = new TransportV2(url(path), options());
    const errors: Error[] = [];
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the SDK has no other way
    client.onerror = (error) => errors.push(error);
    await client.connect(transport);
    return {
      version: client.getNegotiatedProtocolVersion(),
      session: transport.sessionId,
      server: client.getServerVersion(),
      errors,
      list: async () => (await client.listTools()).tools.map(({ name }) => name),
      call: (name, args) => client.callTool({ name, arguments: args }) as ReturnType<Connected["call"]>,
      end: async () => {
        await transport.terminateSession();
        await client.close();
      },
    };
  };

describe.each([
  { name: "the first line", connect: connectV1, version: "2025-11-25", has_session: true },
  { name: "the second line in a session", connect: connectV2("legacy"), version: "2025-11-25", has_session: true },
  { name: "the second line without one", connect: connectV2("auto"), version: "2026-07-28", has_session: false },
])("a client of $name", ({ connect, version, has_session }) => {
  it("connects, lists tools, calls one and leaves, without an error", async () => {
    const client = await connect();
    expect(client.version).toBe(version);
    expect(client.session !== undefined).toBe(has_session);
    expect(client.server).toMatchObject({ name: "crow" });
    expect(await client.list()).toContain("products_list");
    expect(await client.call("products_list", { limit: 5 })).toMatchObject({ structuredContent: { data: [{ title: "Lamp" }] } });
    await client.end();
    expect(client.errors).toEqual([]);
  });

  it("sees a part of the server at the part's URL", async () => {
    const client = await connect("/mcp/x/webhooks/readonly");
    const tools = await client.list();
    expect(tools).toContain("webhooks_list");
    expect(tools).not.toContain("products_list");
    await client.end();
  });

  it("is told in the tool's result what is wrong with a call", async () => {
    const client = await connect();
    expect(await client.call("products_list", { limit: 100_000 })).toMatchObject({ isError: true });
    await client.end();
  });
});

describe("a client of the first line", () => {
  it("begins anew, as the protocol has it, when its session is gone", async () => {
    const client = await connectV1();
    await fetchWorker(url(), { method: "DELETE", headers: { Authorization: `Bearer ${key}`, "Mcp-Session-Id": client.session! } });
    await expect(client.list()).rejects.toMatchObject({ code: 404 });
    const again = await connectV1();
    expect(again.session).not.toBe(client.session);
    expect(await again.list()).toContain("products_list");
    await again.end();
  });
});
