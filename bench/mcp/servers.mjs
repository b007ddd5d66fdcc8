// CROW, and the SDK's own server with CROW's tools and products, as clients of either era see them.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { products } from "../data.mjs";
import { startNode, startOurs, workspace } from "../servers.mjs";
import { initialize, notification, request, responseIn } from "./messages.mjs";

const PRODUCTS = 100;
/** One key may send 600 messages a minute that cost nothing (lists, handshakes), so that many take turns. */
const KEYS = 250;
const KEYS_AT_ONCE = 25;
const EXPORT_WAIT_MS = 250;

/** CROW with one organization, its products and keys. */
export async function startCrow(folder) {
  const crow = await startOurs(folder);
  try {
    const { api_key } = await crow.organization("MCP");
    const { data } = await crow.request("GET", "/api/v1/api-keys", undefined, api_key);
    const make = (n) => crow.request("POST", "/api/v1/api-keys", { name: `Client ${n}`, scopes: data[0].scopes }, api_key);
    const keys = [];
    while (keys.length < KEYS) {
      const made = await Promise.all(Array.from({ length: KEYS_AT_ONCE }, (_value, n) => make(keys.length + n)));
      keys.push(...made.map(({ key }) => key));
    }
    const seeds = products.slice(0, PRODUCTS).map(({ price, currency: _currency, ...product }) => ({
      ...product,
      price: { amount: Math.round(Number(price) * 100), currency: "USD" },
    }));
    const { results } = await crow.request("POST", "/api/v2/products/batch", { products: seeds }, api_key);
    return { ...crow, keys, product_ids: results.map(({ id }) => id) };
  } catch (error) {
    crow.stop();
    throw error;
  }
}

/** The SDK's server; what it has is what `crow` says of itself, asked for as any client would. */
export async function startSdk(crow) {
  const client = { key: crow.keys[0] };
  const said = [];
  for (const product_id of crow.product_ids) said.push(told(await callTool(crow, client, "products_get", { product_id })));
  const exported = told(await callTool(crow, client, "exports_create", { resource: "products", format: "ndjson" }));
  const { tools } = await ask(crow, request(client, "tools/list"));
  const file = join(workspace, "mcp_sdk.json");
  writeFileSync(file, JSON.stringify({ tools, products: said, exported }));
  const { key, ...server } = await startNode(join(import.meta.dirname, "../mcp_sdk/server.mjs"), [file]);
  await new Promise((resolve) => setTimeout(resolve, EXPORT_WAIT_MS));
  return { ...server, name: "SDK", keys: crow.keys.map(() => key), product_ids: crow.product_ids };
}

/** What is the tool's own to say: not what the call cost. */
function told({ content, structuredContent }) {
  return { content, structuredContent };
}

export function callTool(server, client, name, input) {
  return ask(server, request(client, "tools/call", { name, arguments: input }));
}

/** The result of one request. Throws for an error, a tool's own as well. */
export async function ask(server, sent) {
  const response = await send(server, sent);
  const text = await response.text();
  if (!response.ok) throw new Error(`${server.name}: ${response.status} ${text.slice(0, 500)}`);
  const result = responseIn(text);
  if (result.isError) throw new Error(`${server.name}: ${JSON.stringify(result).slice(0, 500)}`);
  return result;
}

export function send({ origin }, { method, path, headers, body }) {
  return fetch(origin + path, { method, headers, body });
}

/** A session for each of these keys. */
export async function openSessions(server, keys) {
  const clients = [];
  for (const key of keys) {
    const response = await send(server, initialize(key));
    const client = { key, session_id: response.headers.get("mcp-session-id") };
    responseIn(await response.text());
    const accepted = await send(server, notification(client, "notifications/initialized"));
    await accepted.text();
    clients.push(client);
  }
  return clients;
}
