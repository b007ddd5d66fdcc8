// Real MCP clients find their way into /mcp from a bare 401: metadata, registration, a person's consent in a real browser, a token for this resource.
import { rmSync } from "node:fs";
import { Client as ClientV2, StreamableHTTPClientTransport as TransportV2 } from "@modelcontextprotocol/client";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as TransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newApplication, type Application } from "./application.ts";
import { launchBrowser, listenForCallback, signInAndAllow, type Callback } from "./browser.ts";
import { startServer, type RunningServer } from "./server.ts";

let server: RunningServer;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let callback: Callback;

beforeAll(async () => {
  server = await startServer();
  browser = await launchBrowser();
  context = await browser.newContext();
  page = await context.newPage();
  callback = await listenForCallback();
});
afterAll(async () => {
  await callback.close();
  await browser.close();
  await server.stop("SIGTERM");
  rmSync(server.data, { recursive: true, force: true });
});

/** What both lines of the SDK can do. */
interface Connected {
  version: string;
  tools: string[];
  ask: () => Promise<unknown>;
  close: () => Promise<void>;
}

interface SdkLine {
  connect(application: Application, url: URL): Promise<Connected>;
  finish(application: Application, url: URL, answer: URLSearchParams): Promise<void>;
}

const INFO = { name: "authorization-test", version: "1.0.0" };
const QUESTION = { name: "products_list", arguments: { limit: 1 } };

const v1: SdkLine = {
  async connect(application, url) {
    const client = new ClientV1(INFO);
    const transport = new TransportV1(url, { authProvider: application });
    await client.connect(transport);
    const tools = (await client.listTools()).tools.map(({ name }) => name);
    return { version: transport.protocolVersion!, tools, ask: () => client.callTool(QUESTION), close: () => client.close() };
  },
  finish: (application, url, answer) => new TransportV1(url, { authProvider: application }).finishAuth(answer.get("code")!),
};

const v2 = (mode: "legacy" | "auto"): SdkLine => ({
  async connect(application, url) {
    const client = new ClientV2(INFO, { versionNegotiation: { mode } });
    await client.connect(new TransportV2(url, { authProvider: application }));
    const tools = (await client.listTools()).tools.map(({ name }) => name);
    return { version: client.getNegotiatedProtocolVersion()!, tools, ask: () => client.callTool(QUESTION), close: () => client.close() };
  },
  finish: (application, url, answer) => new TransportV2(url, { authProvider: application }).finishAuth(answer),
});

describe.each([
  { client: "the first line's client", line: v1, version: "2025-11-25" },
  { client: "the second line's client in a session", line: v2("legacy"), version: "2025-11-25" },
  { client: "the second line's client without one", line: v2("auto"), version: "2026-07-28" },
])("$client", ({ line, version }) => {
  const url = (path: string): URL => new URL(server.demo.base_url + path);

  it.each([
    { path: "/mcp", elsewhere: ["/api/v2/products", "/graphql"] },
    { path: "/mcp/readonly", elsewhere: ["/api/v2/products", "/graphql", "/mcp"] },
  ])("signs in at $path from a bare 401, and its token opens that and nothing else", async ({ path, elsewhere }) => {
    const application = newApplication(callback.redirect_uri);
    await expect(line.connect(application, url(path))).rejects.toThrow(/unauthorized/i);
    expect(application.asked().searchParams.get("resource")).toBe(url(path).href);
    await signInAndAllow(page, application.asked().href, server.demo);
    await line.finish(application, url(path), (await callback.next()).searchParams);
    const connected = await line.connect(application, url(path));
    expect(connected.version).toBe(version);
    expect(connected.tools).toContain("products_list");
    expect(await connected.ask()).toMatchObject({ structuredContent: { data: [{ id: expect.stringMatching(/^prd_/) as string }] } });
    await connected.close();
    const { access_token } = application.tokens() as unknown as { access_token: string };
    const headers = { Authorization: `Bearer ${access_token}`, Accept: "application/json, text/event-stream", "Content-Type": "application/json" };
    for (const other of elsewhere) {
      const method = other.startsWith("/api") ? "GET" : "POST";
      const answer = await fetch(url(other), { method, headers, ...(method === "POST" ? { body: "{}" } : {}) });
      expect(answer.status, other).toBe(401);
    }
  });
});

describe("a token that lacks a scope", () => {
  let access_token: string;
  beforeEach(async () => {
    const body = new URLSearchParams({ grant_type: "client_credentials", scope: "products:read", resource: `${server.demo.base_url}/mcp` });
    const made = await fetch(`${server.demo.base_url}/api/v1/oauth-clients`, {
      method: "POST",
      headers: { Authorization: `Bearer ${server.demo.api_key}`, "Content-Type": "application/json" },
      body: JSON.stringify({ name: "Narrow", scopes: ["products:read", "products:write"] }),
    });
    const { client_id, client_secret } = (await made.json()) as { client_id: string; client_secret: string };
    const Authorization = `Basic ${Buffer.from(`${encodeURIComponent(client_id)}:${encodeURIComponent(client_secret)}`).toString("base64")}`;
    const token = await fetch(`${server.demo.base_url}/oauth/token`, { method: "POST", headers: { Authorization }, body });
    ({ access_token } = (await token.json()) as { access_token: string });
  });

  it("is told which one to ask for, so that a client can step up", async () => {
    const answer = await fetch(`${server.demo.base_url}/mcp`, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${access_token}`,
        "Content-Type": "application/json",
        Accept: "application/json, text/event-stream",
        "MCP-Protocol-Version": "2026-07-28",
        "Mcp-Method": "tools/call",
        "Mcp-Name": "execute_operation",
      },
      body: JSON.stringify({
        jsonrpc: "2.0",
        id: 1,
        method: "tools/call",
        params: {
          name: "execute_operation",
          arguments: { operation: "products.create", input: { title: "T-shirt" } },
          _meta: {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": INFO,
            "io.modelcontextprotocol/clientCapabilities": {},
          },
        },
      }),
    });
    expect(answer.status).toBe(403);
    const challenge = answer.headers.get("WWW-Authenticate")!;
    expect(challenge).toContain('error="insufficient_scope"');
    expect(challenge).toContain(`resource_metadata="${server.demo.base_url}/.well-known/oauth-protected-resource/mcp"`);
    expect(/scope="([^"]+)"/.exec(challenge)![1]!.split(" ")).toContain("products:write");
  });
});
