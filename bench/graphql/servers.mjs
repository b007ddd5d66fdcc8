// CROW and its peer with the same data in both, and what tells them apart on the wire.
import { join } from "node:path";
import { build as bundle } from "esbuild";
import { batchBody, products } from "../data.mjs";
import { startNode, workspace } from "../servers.mjs";

const here = import.meta.dirname;

/** Mercurius on Fastify and better-sqlite3, `synchronous=FULL`: every commit is synced, as CROW's are. */
export async function startMercurius(name = "mercurius") {
  const outfile = join(here, "../mercurius/.server.mjs");
  await bundle({
    entryPoints: [join(here, "../mercurius/server.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    packages: "external",
    nodePaths: [join(here, "../node_modules")],
    logLevel: "warning",
  });
  const server = await startNode(outfile, [join(workspace, `${name}.sqlite`), "FULL"]);
  return { ...server, name: "Mercurius", base: "" };
}

/** The same subscribers' other end, doing nothing but sending a ready text. */
export async function startSocketFloor() {
  return { ...(await startNode(join(here, "floor.mjs"), [])), name: "floor", base: "" };
}

/** An organization of CROW as a server that is measured. */
export async function crowTarget(crow, name) {
  const { api_key } = await crow.organization(name);
  return { ...crow, key: api_key, base: "/api/v2" };
}

/** The catalog of the sample; remembers the products' ids in the server. */
export async function seedProducts(server) {
  const input = products.map(({ currency: _currency, price, ...product }) => ({
    ...product,
    price: { amount: Math.round(Number(price) * 100), currency: "USD" },
  }));
  const { results } = await post(server, `${server.base}/products/batch`, JSON.stringify({ products: input }));
  server.product_ids = results.map(({ id }) => id);
}

/** Interactions `from` to `to` of the endless stream, spread over 90 days. */
export async function seedInteractions(server, from, to, total) {
  for (let batch = from / 1_000; batch < to / 1_000; batch++) {
    await post(server, `${server.base}/interactions`, batchBody(batch, 1_000, { total, minor: true }));
  }
}

/** One GraphQL operation; its data. */
export async function ask(server, query, variables) {
  const { data, errors } = await post(server, "/graphql", JSON.stringify({ query, variables }));
  if (errors) throw new Error(`${server.name}: ${JSON.stringify(errors).slice(0, 500)}`);
  return data;
}

async function post(server, path, body) {
  const response = await fetch(server.origin + path, {
    method: "POST",
    headers: { Authorization: `Bearer ${server.key}`, "Content-Type": "application/json" },
    body,
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${server.name}: ${path} answered ${response.status}: ${text.slice(0, 500)}`);
  return JSON.parse(text);
}
