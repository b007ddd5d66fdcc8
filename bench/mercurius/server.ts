// The compared part of CROW's schema on Mercurius: Fastify, compiled queries (JIT), loaders, better-sqlite3 (WAL), its own subscriptions with topics of their own for
// each filter. One process, no actor, no hop, no limits of depth or cost, no audit log, no event log, no sessions: what a good engineer would write in some days.
import { createHash, timingSafeEqual } from "node:crypto";
import Fastify from "fastify";
import mercurius, { type IResolvers } from "mercurius";
import * as z from "zod";
import { InteractionInput } from "../../src/domain/interactions/interaction.ts";
import { ProductInput } from "../../src/domain/products/product.ts";
import { openData, type InteractionRow, type ProductRow } from "./data.ts";
import { insightsOn, money, rangeOf, type DateRangeArgument } from "./insights.ts";
import { schema } from "./schema.ts";

const [port, file, synchronous] = process.argv.slice(2) as [string, string, string];
const { db, insertProducts, insertInteractions } = openData(file, synchronous);
const insights = insightsOn(db);

const KEY = "plain_0123456789abcdef0123456789abcdef";
const hash = (text: string): Buffer => createHash("sha256").update(text).digest();
const KEY_HASH = hash(KEY);
const isKey = (header: unknown): boolean => typeof header === "string" && timingSafeEqual(hash(header.slice("Bearer ".length)), KEY_HASH);

const productById = db.prepare<[string], ProductRow>("SELECT * FROM products WHERE id = ?");
const productByNum = db.prepare<[number], ProductRow>("SELECT * FROM products WHERE num = ?");
const recentOf = db.prepare<[string, number], InteractionRow & { product: number }>(
  `SELECT wanted.value product, seq, event_id, i.type, source_type, occurred_at, visitor_id, session_id, i.value, currency, products
   FROM json_each(?) wanted CROSS JOIN interactions i
   WHERE seq IN (SELECT interaction FROM interaction_products WHERE product = wanted.value ORDER BY interaction DESC LIMIT ?) ORDER BY seq DESC`,
);
const ORDERS = {
  CREATED_AT_ASC: "created_at, id",
  CREATED_AT_DESC: "created_at DESC, id DESC",
  TITLE_ASC: "title, id",
  TITLE_DESC: "title DESC, id DESC",
};
const productLists = new Map(
  Object.entries(ORDERS).map(([name, order]) => [name, db.prepare<[number], ProductRow>(`SELECT * FROM products ORDER BY ${order} LIMIT ?`)]),
);
const productsOf = ({ products }: InteractionRow): ProductRow[] => (JSON.parse(products) as number[]).flatMap((num) => productByNum.get(num) ?? []);

/** How often a subscription's answer was computed. */
let executions = 0;
interface Told {
  interactionAdded: InteractionRow;
}
/** A subscriber listens to the narrowest topic that its filter names, so that nobody is asked about what is not theirs. */
const topicsOf = (row: InteractionRow): string[] => ["added", `type ${row.type}`, ...productsOf(row).map(({ id }) => `product ${id}`)];
const topicsFor = ({ productId, type }: { type?: string[]; productId?: string } = {}): string[] =>
  productId ? [`product ${productId}`] : (type?.map((name) => `type ${name}`) ?? ["added"]);

interface SentInteraction {
  type: string;
  eventId?: string;
  visitorId?: string;
  sessionId?: string;
  items?: { externalId: string }[];
}
const toNeutral = ({ type, eventId, visitorId, sessionId, items }: SentInteraction) => ({
  type,
  event_id: eventId,
  visitor_id: visitorId,
  session_id: sessionId,
  items: items?.map(({ externalId }) => ({ external_id: externalId })),
});

const resolvers = {
  Query: {
    product: (_root: unknown, { id }: { id: string }) => productById.get(id),
    products: (_root: unknown, { orderBy, first }: { orderBy?: string[]; first: number }) =>
      productLists.get(orderBy?.[0] ?? "CREATED_AT_DESC")!.all(first),
    insights: (_root: unknown, { dateRange }: { dateRange?: DateRangeArgument }) => rangeOf(dateRange),
  },
  Mutation: {
    ingestInteractions: (_root: unknown, { input }: { input: { interactions: SentInteraction[] } }) => {
      const rows = insertInteractions(input.interactions.map((sent) => InteractionInput.parse(toNeutral(sent))));
      for (const row of rows) for (const topic of topicsOf(row)) app.graphql.pubsub.publish({ topic, payload: { interactionAdded: row } });
      return { accepted: rows.length };
    },
  },
  Subscription: {
    interactionAdded: {
      subscribe: (_root: unknown, { filter }: { filter?: { type?: string[]; productId?: string } }, { pubsub }: mercurius.MercuriusContext) =>
        pubsub!.subscribe<Told>(topicsFor(filter)),
      resolve: ({ interactionAdded }: Told) => {
        executions += 1;
        return interactionAdded;
      },
    },
  },
  InsightsSummary: insights.summary,
  Product: {
    externalId: (row: ProductRow) => row.external_id,
    price: (row: ProductRow) => money(row.price_amount, row.price_currency),
  },
  Interaction: {
    id: ({ seq }: InteractionRow) => `int_${seq}`,
    eventId: (row: InteractionRow) => row.event_id,
    sourceType: (row: InteractionRow) => row.source_type.toUpperCase(),
    occurredAt: (row: InteractionRow) => new Date(row.occurred_at).toISOString(),
    visitorId: (row: InteractionRow) => row.visitor_id,
    sessionId: (row: InteractionRow) => row.session_id,
    value: (row: InteractionRow) => money(row.value, row.currency),
  },
};

const loaders = {
  Product: {
    recentInteractions: batched<ProductRow, { first: number }>((products, { first }) => {
      const byProduct = new Map<number, InteractionRow[]>(products.map(({ num }) => [num, []]));
      for (const row of recentOf.all(JSON.stringify([...byProduct.keys()]), first)) byProduct.get(row.product)!.push(row);
      return products.map(({ num }) => byProduct.get(num));
    }),
    insights: batched<ProductRow, { dateRange?: DateRangeArgument }>((products, { dateRange }) => insights.ofProducts(products, rangeOf(dateRange))),
  },
  Interaction: {
    products: batched<InteractionRow, object>((interactions) => {
      const nums = interactions.map(({ products }) => JSON.parse(products) as number[]);
      const found = new Map([...new Set(nums.flat())].map((num) => [num, productByNum.get(num)]));
      return nums.map((list) => list.map((num) => found.get(num)));
    }),
  },
};

/** Loads all parents with the same arguments at once. */
function batched<Parent, Params>(load: (parents: Parent[], params: Params) => unknown[]) {
  return {
    loader: async (queries: { obj: Parent; params: Params }[]) => {
      const groups = Map.groupBy(queries, ({ params }) => JSON.stringify(params));
      if (groups.size === 1)
        return load(
          queries.map(({ obj }) => obj),
          queries[0]!.params,
        );
      const values = new Map<object, unknown>();
      for (const group of groups.values())
        load(
          group.map(({ obj }) => obj),
          group[0]!.params,
        ).forEach((value, index) => values.set(group[index]!, value));
      return queries.map((query) => values.get(query));
    },
    opts: { cache: false },
  };
}

const app = Fastify({ bodyLimit: 2_000_000 });
app.addHook("onRequest", async (request, reply) => {
  // A WebSocket says who it is in its first message, as graphql-transport-ws has it.
  if (request.headers.upgrade === "websocket" || isKey(request.headers.authorization)) return undefined;
  return reply.code(401).send({ error: { code: "UNAUTHENTICATED" } });
});
await app.register(mercurius, {
  schema,
  resolvers: resolvers as unknown as IResolvers,
  loaders,
  jit: 1,
  allowBatchedQueries: true,
  subscription: { onConnect: ({ payload }: { payload?: { Authorization?: string } }) => isKey(payload?.Authorization) },
});

const Interactions = z.object({ interactions: z.array(InteractionInput) });
const Products = z.object({ products: z.array(ProductInput) });
app.post("/interactions", async (request, reply) =>
  reply.code(201).send({ accepted: insertInteractions(Interactions.parse(request.body).interactions).length }),
);
app.post("/products/batch", async (request) => ({ results: insertProducts(Products.parse(request.body).products) }));
app.get("/executions", async () => ({ executions }));

await app.listen({ port: Number(port), host: "127.0.0.1" });
console.log(JSON.stringify({ key: KEY }));
