// The same routes written plainly on Node's fastest common stack: Fastify, better-sqlite3 (WAL), zod. One process, no actor, no hop, no rollups, no
// event log: what a good engineer would write in a day. Same key check, limits and validation schemas; same columns and list indexes.
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { createWriteStream } from "node:fs";
import Database from "better-sqlite3";
import Fastify from "fastify";
import { createRemoteJWKSet, jwtVerify, type JWTPayload } from "jose";
import * as z from "zod";
import { InteractionInput } from "../../src/domain/interactions/interaction.ts";
import { ProductInput } from "../../src/domain/products/product.ts";

const [port, file, synchronous, issuer] = process.argv.slice(2) as [string, string, string, string];
const SECRET = "plain-secret";
const db = new Database(file);
db.pragma("journal_mode = WAL");
db.pragma(`synchronous = ${synchronous}`);
db.exec(`
CREATE TABLE IF NOT EXISTS api_keys (id TEXT PRIMARY KEY, secret_hash TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS revoked_tokens (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS products (
  id TEXT PRIMARY KEY, external_id TEXT, sku TEXT, title TEXT NOT NULL, description TEXT, brand TEXT, variant TEXT, category TEXT,
  images TEXT NOT NULL, url TEXT, price_amount INTEGER, price_currency TEXT, status TEXT NOT NULL, metadata TEXT NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, version INTEGER NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS p1 ON products (external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS p2 ON products (sku) WHERE sku IS NOT NULL;
CREATE INDEX IF NOT EXISTS p3 ON products (created_at, id);
CREATE INDEX IF NOT EXISTS p4 ON products (updated_at, id);
CREATE INDEX IF NOT EXISTS p5 ON products (title, id);
CREATE INDEX IF NOT EXISTS p6 ON products (ifnull(price_amount, -1), id);
CREATE INDEX IF NOT EXISTS p7 ON products (status, created_at);
CREATE INDEX IF NOT EXISTS p8 ON products (category, created_at);
CREATE INDEX IF NOT EXISTS p9 ON products (brand, created_at);
CREATE TABLE IF NOT EXISTS interactions (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT UNIQUE, type TEXT NOT NULL, source_type TEXT NOT NULL,
  occurred_at INTEGER NOT NULL, received_at INTEGER NOT NULL, visitor_id TEXT, user_id TEXT, session_id TEXT,
  transaction_id TEXT, value INTEGER, currency TEXT, data TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS i1 ON interactions (occurred_at);
CREATE INDEX IF NOT EXISTS i2 ON interactions (type, occurred_at);
CREATE INDEX IF NOT EXISTS i3 ON interactions (visitor_id, occurred_at) WHERE visitor_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS i4 ON interactions (user_id, occurred_at) WHERE user_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS i5 ON interactions (session_id, occurred_at);
CREATE INDEX IF NOT EXISTS i6 ON interactions (transaction_id) WHERE transaction_id IS NOT NULL;
CREATE TABLE IF NOT EXISTS interaction_products (product TEXT NOT NULL, interaction INTEGER NOT NULL, PRIMARY KEY (product, interaction)) WITHOUT ROWID;
`);

const KEY = `plain_${createHmac("sha256", SECRET).update("one").digest("hex")}`;
const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
db.prepare("INSERT OR REPLACE INTO api_keys VALUES ('one', ?)").run(hash(KEY));
const findKey = db.prepare("SELECT secret_hash FROM api_keys WHERE id = 'one'");
const verified = new Map<string, string>();
const bucket = { second: 0, used: 0 };

// Access tokens of the issuer: a signature is checked once per token, as long as it is one of the last few thousand; whether it was revoked, on each request.
const keySet = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
const verifiedTokens = new Map<string, JWTPayload>();
const findRevoked = db.prepare("SELECT 1 FROM revoked_tokens WHERE id = ?");
async function acceptsToken(token: string): Promise<boolean> {
  let claims = verifiedTokens.get(token);
  if (!claims) {
    try {
      ({ payload: claims } = await jwtVerify(token, keySet, { algorithms: ["ES256"], typ: "at+jwt", issuer, audience: issuer }));
    } catch {
      return false;
    }
    if (verifiedTokens.size >= 5_000) verifiedTokens.clear();
    verifiedTokens.set(token, claims);
  }
  return claims.exp! * 1_000 > Date.now() && String(claims.scope).split(" ").includes("products:read") && findRevoked.get(claims.jti) === undefined;
}

const app = Fastify({ bodyLimit: 2_000_000 });
app.addHook("onRequest", async (request, reply) => {
  const key = request.headers.authorization?.slice(7) ?? "";
  if (key.startsWith("eyJ")) return (await acceptsToken(key)) ? undefined : reply.code(401).send({ error: { code: "UNAUTHENTICATED" } });
  let keyHash = verified.get(key);
  if (!keyHash) {
    const expected = `plain_${createHmac("sha256", SECRET).update("one").digest("hex")}`;
    if (key.length !== expected.length || !timingSafeEqual(Buffer.from(key), Buffer.from(expected)))
      return reply.code(401).send({ error: { code: "UNAUTHENTICATED" } });
    verified.set(key, (keyHash = hash(key)));
  }
  const row = findKey.get() as { secret_hash: string };
  if (!timingSafeEqual(Buffer.from(row.secret_hash), Buffer.from(keyHash))) return reply.code(401).send({ error: { code: "UNAUTHENTICATED" } });
  const second = Math.floor(Date.now() / 60_000);
  if (bucket.second !== second) Object.assign(bucket, { second, used: 0 });
  if (++bucket.used > 1e9) return reply.code(429).send({ error: { code: "RATE_LIMITED" } });
  return undefined;
});

interface ProductRow {
  images: string;
  metadata: string;
  price_amount: number | null;
  price_currency: string | null;
  created_at: number;
  updated_at: number;
  [column: string]: unknown;
}
const toProduct = ({ price_amount, price_currency, ...row }: ProductRow): unknown => ({
  ...row,
  images: JSON.parse(row.images) as unknown,
  metadata: JSON.parse(row.metadata) as unknown,
  price: price_amount === null ? null : { amount: price_amount, currency: price_currency },
  created_at: new Date(row.created_at).toISOString(),
  updated_at: new Date(row.updated_at).toISOString(),
});
const oneProduct = db.prepare("SELECT * FROM products WHERE id = ?");
const listProducts = db.prepare("SELECT * FROM products ORDER BY created_at DESC, id DESC LIMIT 50");
const insertProduct = db.prepare(
  `INSERT INTO products VALUES (@id, @external_id, @sku, @title, @description, @brand, @variant, @category, @images, @url, @price_amount, @price_currency, @status, @metadata, @now, @now, 1) RETURNING *`,
);
let counter = 0;
app.get<{ Params: { id: string } }>("/products/:id", async (request, reply) => {
  const row = oneProduct.get(request.params.id);
  return row ? toProduct(row as ProductRow) : reply.code(404).send({ error: { code: "NOT_FOUND" } });
});
app.get("/products", async () => ({ data: (listProducts.all() as ProductRow[]).map(toProduct), next_cursor: null }));
app.post("/products", async (request, reply) => {
  const parsed = ProductInput.safeParse(request.body);
  if (!parsed.success) return reply.code(400).send({ error: { code: "VALIDATION_ERROR" } });
  const input = parsed.data;
  const row = insertProduct.get({
    id: `prd_${Date.now().toString(36)}${(counter++).toString(36)}`,
    external_id: input.external_id ?? null,
    sku: input.sku ?? null,
    title: input.title,
    description: input.description ?? null,
    brand: input.brand ?? null,
    variant: input.variant ?? null,
    category: input.category ?? null,
    images: JSON.stringify(input.images ?? []),
    url: input.url ?? null,
    price_amount: input.price?.amount ?? null,
    price_currency: input.price?.currency ?? null,
    status: input.status ?? "active",
    metadata: JSON.stringify(input.metadata ?? {}),
    now: Date.now(),
  });
  return reply.code(201).send(toProduct(row as ProductRow));
});

const Batch = z.strictObject({ interactions: z.array(z.unknown()).min(1).max(1_000), backfill: z.boolean().optional() });
const insertInteraction = db.prepare(
  `INSERT INTO interactions (event_id, type, source_type, occurred_at, received_at, visitor_id, user_id, session_id, transaction_id, value, currency, data)
   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (event_id) DO NOTHING`,
);
const insertItem = db.prepare("INSERT OR IGNORE INTO interaction_products VALUES (?, ?)");
const ingest = db.transaction((items: unknown[]) =>
  items.map((raw, index) => {
    const parsed = InteractionInput.safeParse(raw);
    if (!parsed.success) return { index, status: "rejected" };
    const item = parsed.data;
    const { items: products = [], tags, context, properties } = item;
    const result = insertInteraction.run(
      item.event_id ?? null,
      item.type,
      item.source_type ?? "web",
      item.occurred_at ? Date.parse(item.occurred_at) : Date.now(),
      Date.now(),
      item.visitor_id ?? null,
      item.user_id ?? null,
      item.session_id ?? null,
      item.transaction_id ?? null,
      item.value?.amount ?? null,
      item.value?.currency ?? null,
      JSON.stringify({ items: products, tags, context, properties }),
    );
    if (result.changes === 0) return { index, status: "duplicate", event_id: item.event_id };
    for (const product of products) insertItem.run(product.external_id ?? product.sku ?? product.product_id, result.lastInsertRowid);
    return { index, status: "accepted", id: `int_${result.lastInsertRowid}`, event_id: item.event_id };
  }),
);
app.post("/interactions", async (request, reply) => {
  const parsed = Batch.safeParse(request.body);
  if (!parsed.success) return reply.code(400).send({ error: { code: "VALIDATION_ERROR" } });
  return reply.code(201).send({ results: ingest(parsed.data.interactions) });
});

app.get<{ Querystring: { date_from: string; date_to: string } }>("/insights", async (request) => {
  const from = Date.parse(request.query.date_from);
  const to = Date.parse(request.query.date_to) + 86_400_000 - 1;
  const all = (sql: string): unknown[] => db.prepare(sql).all(from, to);
  const range = "occurred_at BETWEEN ? AND ?";
  return {
    totals: all(
      `SELECT count(*) interactions, count(DISTINCT session_id) sessions, count(DISTINCT visitor_id) visitors FROM interactions WHERE ${range}`,
    ),
    orders: all(
      `SELECT count(DISTINCT ifnull(transaction_id, seq)) orders, sum(value) revenue, count(DISTINCT session_id) sessions FROM interactions WHERE type = 'purchase' AND ${range}`,
    ),
    by_source: all(`SELECT source_type, count(*) interactions, count(DISTINCT session_id) sessions FROM interactions WHERE ${range} GROUP BY 1`),
    by_event: all(`SELECT type, count(*) interactions FROM interactions WHERE ${range} GROUP BY 1`),
    timeseries: all(
      `SELECT occurred_at / 86400000 day, count(*) interactions, count(DISTINCT session_id) sessions, count(DISTINCT visitor_id) visitors, sum(iif(type = 'purchase', value, 0)) revenue FROM interactions WHERE ${range} GROUP BY 1`,
    ),
    funnel: all(`SELECT sum(viewed) viewed, sum(carted > viewed_at) carted, sum(bought > carted) bought FROM (
      SELECT session_id, max(type = 'view_item') viewed, min(iif(type = 'view_item', occurred_at, NULL)) viewed_at, max(iif(type = 'add_to_cart', occurred_at, NULL)) carted, max(iif(type = 'purchase', occurred_at, NULL)) bought
      FROM interactions WHERE ${range} GROUP BY session_id)`),
    top_products: all(
      `SELECT product, count(*) views FROM interactions JOIN interaction_products ON interaction = seq WHERE type = 'view_item' AND ${range} GROUP BY 1 ORDER BY 2 DESC LIMIT 10`,
    ),
  };
});

app.post<{ Body: { path: string } }>("/exports", async (request) => {
  const out = createWriteStream(request.body.path);
  let rows = 0;
  for (const row of db.prepare("SELECT * FROM interactions ORDER BY seq").iterate() as Iterable<{
    data: string;
    occurred_at: number;
    received_at: number;
  }>) {
    const data = JSON.parse(row.data) as object;
    if (
      !out.write(
        `${JSON.stringify({ ...row, ...data, data: undefined, occurred_at: new Date(row.occurred_at).toISOString(), received_at: new Date(row.received_at).toISOString() })}\n`,
      )
    ) {
      await new Promise((resolve) => out.once("drain", resolve));
    }
    rows += 1;
  }
  await new Promise((resolve) => out.end(resolve));
  return { rows };
});

await app.listen({ port: Number(port), host: "127.0.0.1" });
console.log(JSON.stringify({ key: KEY }));
