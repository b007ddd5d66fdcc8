import Database from "better-sqlite3";
import type { InteractionInput } from "../../src/domain/interactions/interaction.ts";
import type { ProductInput } from "../../src/domain/products/product.ts";

/** Rows as the resolvers take them; products are numbered inside, so that what refers to them is small. */
export interface ProductRow {
  num: number;
  id: string;
  external_id: string | null;
  title: string;
  price_amount: number | null;
  price_currency: string | null;
}
export interface InteractionRow {
  seq: number;
  type: string;
  value: number | null;
  currency: string | null;
  /** JSON array of product numbers. */
  products: string;
}

/**
 * The plain stack's columns, laid out for the questions that GraphQL asks: what an insight sums up stands in one covering index each, and a product's newest
 * interactions at the end of its range of a primary key.
 */
export function openData(file: string, synchronous: string) {
  const db = new Database(file);
  db.pragma("journal_mode = WAL");
  db.pragma(`synchronous = ${synchronous}`);
  db.exec(`
    CREATE TABLE products (
      num INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, external_id TEXT UNIQUE, title TEXT NOT NULL, brand TEXT, category TEXT,
      price_amount INTEGER, price_currency TEXT, created_at INTEGER NOT NULL);
    CREATE INDEX p1 ON products (created_at, id);
    CREATE INDEX p2 ON products (title, id);
    CREATE TABLE interactions (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT UNIQUE, type TEXT NOT NULL, source_type TEXT NOT NULL, occurred_at INTEGER NOT NULL,
      visitor_id TEXT, session_id TEXT, transaction_id TEXT, value INTEGER, currency TEXT, products TEXT NOT NULL, data TEXT NOT NULL);
    CREATE INDEX i1 ON interactions (occurred_at, type, source_type, session_id, visitor_id, transaction_id, value);
    CREATE TABLE interaction_products (
      product INTEGER NOT NULL, interaction INTEGER NOT NULL, occurred_at INTEGER NOT NULL, type TEXT NOT NULL, quantity INTEGER NOT NULL, revenue INTEGER NOT NULL,
      PRIMARY KEY (product, interaction)) WITHOUT ROWID;
    CREATE INDEX ip1 ON interaction_products (product, occurred_at, type, quantity, revenue);
    CREATE INDEX ip2 ON interaction_products (occurred_at, product, type, quantity, revenue);
  `);

  const insertProduct = db.prepare(
    "INSERT INTO products (id, external_id, title, brand, category, price_amount, price_currency, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const numberOf = db.prepare<[string], number>("SELECT num FROM products WHERE external_id = ?").pluck();
  const insertInteraction = db.prepare(
    `INSERT INTO interactions (event_id, type, source_type, occurred_at, visitor_id, session_id, transaction_id, value, currency, products, data)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (event_id) DO NOTHING RETURNING *`,
  );
  const insertItem = db.prepare("INSERT OR IGNORE INTO interaction_products VALUES (?, ?, ?, ?, ?, ?)");

  const storeInteraction = (item: InteractionInput, now: number): InteractionRow | undefined => {
    const { items = [], tags, context, properties } = item;
    const known = items.flatMap((one) => {
      const product = numberOf.get(one.external_id ?? "");
      return product === undefined ? [] : [{ ...one, product }];
    });
    const occurred_at = item.occurred_at ? Date.parse(item.occurred_at) : now;
    const row = insertInteraction.get(
      item.event_id ?? null,
      item.type,
      item.source_type ?? "web",
      occurred_at,
      item.visitor_id ?? null,
      item.session_id ?? null,
      item.transaction_id ?? null,
      item.value?.amount ?? null,
      item.value?.currency ?? null,
      JSON.stringify(known.map(({ product }) => product)),
      JSON.stringify({ items, tags, context, properties }),
    ) as InteractionRow | undefined;
    if (!row) return undefined;
    for (const { product, quantity = 1, price } of known)
      insertItem.run(product, row.seq, occurred_at, item.type, quantity, (price?.amount ?? 0) * quantity);
    return row;
  };

  return {
    db,
    insertProducts: db.transaction((items: ProductInput[]) =>
      items.map((item, index) => {
        const id = `prd_${index.toString(36).padStart(26, "0")}`;
        const { external_id, title, brand, category, price } = item;
        insertProduct.run(
          id,
          external_id ?? null,
          title,
          brand ?? null,
          category ?? null,
          price?.amount ?? null,
          price?.currency ?? null,
          Date.now(),
        );
        return { id, external_id };
      }),
    ),
    insertInteractions: db.transaction((items: InteractionInput[]) => items.flatMap((item) => storeInteraction(item, Date.now()) ?? [])),
  };
}
