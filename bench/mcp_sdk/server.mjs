// The same tools on the SDK's own server for Node: `createMcpHandler` for revision 2026-07-28, one transport for each session of older ones, with an event store in memory. One process, one map
// of products, one key checked on each request: no actor, no hop, no disk, no limits, no audit log, nothing that outlives the process.
import { createHash, randomUUID, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { setImmediate as nextTurn } from "node:timers/promises";
import { NodeStreamableHTTPServerTransport, toNodeHandler } from "@modelcontextprotocol/node";
import { createMcpHandler, fromJsonSchema, isInitializeRequest, McpServer } from "@modelcontextprotocol/server";
import { EventStore } from "./event_store.mjs";

const [port, file] = process.argv.slice(2);
/** CROW's own list of tools, and what it said of each product and of an export that was done. */
const { tools, products: said, exported } = JSON.parse(readFileSync(file, "utf8"));

const KEY = "plain_0123456789abcdef0123456789abcdef";
const hash = (text) => createHash("sha256").update(text).digest();
const KEY_HASH = hash(`Bearer ${KEY}`);
const isKey = (header) => typeof header === "string" && timingSafeEqual(hash(header), KEY_HASH);

const products = new Map(said.map((result) => [result.structuredContent.id, result]));
const uriOf = (id) => `crow://products/${id}`;
const failed = (text) => ({ isError: true, content: [{ type: "text", text }] });

const handlers = {
  products_get: ({ product_id }) => products.get(product_id) ?? failed("No such product"),
  products_update: ({ product_id, ...changes }) => {
    const known = products.get(product_id);
    if (!known) return failed("No such product");
    const structuredContent = { ...known.structuredContent, ...changes, version: known.structuredContent.version + 1 };
    products.set(product_id, { ...known, structuredContent });
    tellOf(uriOf(product_id));
    return products.get(product_id);
  },
  exports_create: async (_input, { mcpReq: { _meta, notify } }) => {
    const progressToken = _meta?.progressToken;
    const tell = (progress) =>
      progressToken !== undefined && notify({ method: "notifications/progress", params: { progressToken, progress, total: products.size } });
    await tell(0);
    await nextTurn();
    const text = [...products.values()].map(({ structuredContent }) => JSON.stringify(structuredContent)).join("\n");
    await tell(products.size);
    return { ...exported, structuredContent: { ...exported.structuredContent, bytes: text.length } };
  },
};

// Compiled once, not for each request's server.
const registered = tools.map(({ name, inputSchema, outputSchema, ...shown }) => ({
  name,
  config: { ...shown, inputSchema: fromJsonSchema(inputSchema), ...(outputSchema ? { outputSchema: fromJsonSchema(outputSchema) } : {}) },
  handle: handlers[name] ?? (() => failed("Not built here")),
}));

function makeServer() {
  const server = new McpServer({ name: "sdk", version: "1.0.0" }, { capabilities: { tools: { listChanged: true }, resources: { subscribe: true } } });
  for (const { name, config, handle } of registered) server.registerTool(name, config, handle);
  return server;
}

const modern = createMcpHandler(makeServer, { legacy: "reject", onerror: console.error });
const serveModern = toNodeHandler(modern);

/** By session id: its transport, its server, and the URIs that it follows. */
const sessions = new Map();

async function openSession() {
  const server = makeServer();
  const session = { server, uris: new Set() };
  server.server.setRequestHandler("resources/subscribe", ({ params }) => (session.uris.add(params.uri), {}));
  session.transport = new NodeStreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    eventStore: new EventStore(),
    onsessioninitialized: (id) => void sessions.set(id, session),
    onsessionclosed: (id) => void sessions.delete(id),
  });
  await server.connect(session.transport);
  return session;
}

function tellOf(uri) {
  modern.notify.resourceUpdated(uri);
  for (const { server, uris } of sessions.values()) if (uris.has(uri)) void server.server.sendResourceUpdated({ uri });
}

async function serve(request, response) {
  if (!isKey(request.headers.authorization)) return response.writeHead(401).end();
  const body = request.method === "POST" ? await readJson(request) : undefined;
  const id = request.headers["mcp-session-id"];
  if (id !== undefined) {
    const session = sessions.get(id);
    return session ? session.transport.handleRequest(request, response, body) : response.writeHead(404).end();
  }
  if (isInitializeRequest(body)) return (await openSession()).transport.handleRequest(request, response, body);
  return serveModern(request, response, body);
}

async function readJson(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

const server = createServer((request, response) => {
  serve(request, response).catch((error) => {
    console.error(error);
    response.destroy();
  });
});
server.listen(Number(port), "127.0.0.1", () => console.log(JSON.stringify({ key: KEY })));
