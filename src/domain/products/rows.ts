import type { OperationContext } from "../context.ts";
import { upsertSql, type Database } from "../database.ts";
import { OperationError, notFound } from "../errors.ts";
import { toTimestamp } from "../time.ts";
import { linkProduct, unlinkProduct } from "./refs.ts";
import type { Product, ProductInput } from "./product.ts";

export interface ProductRow {
  id: string;
  external_id: string | null;
  sku: string | null;
  title: string;
  description: string | null;
  brand: string | null;
  variant: string | null;
  category: string | null;
  images: string;
  url: string | null;
  price_amount: number | null;
  price_currency: string | null;
  status: "active" | "archived";
  metadata: string;
  created_at: number;
  updated_at: number;
  version: number;
}

export function toProduct(row: ProductRow): Product {
  return {
    id: row.id,
    external_id: row.external_id,
    sku: row.sku,
    title: row.title,
    description: row.description,
    brand: row.brand,
    variant: row.variant,
    category: row.category,
    images: JSON.parse(row.images) as string[],
    url: row.url,
    price: row.price_amount === null || row.price_currency === null ? null : { amount: row.price_amount, currency: row.price_currency },
    status: row.status,
    metadata: JSON.parse(row.metadata) as Product["metadata"],
    created_at: toTimestamp(row.created_at),
    updated_at: toTimestamp(row.updated_at),
    version: row.version,
  };
}

/** The row, or NOT_FOUND. */
export function requireProduct(db: Database, id: string): ProductRow {
  const row = db.one<ProductRow>("SELECT * FROM products WHERE id = ?", id);
  if (!row) throw notFound("product", id);
  return row;
}

/** Products that are found by their ids together: as many as an actor holds, and as a parameter of SQLite has room for. */
export const PRODUCTS_AT_ONCE_MAX = 20_000;

/** Those of these products that exist, by id. */
export function findProducts(db: Database, ids: readonly string[]): Map<string, Product> {
  const distinct = new Set(ids);
  if (distinct.size === 0) return new Map();
  if (distinct.size > PRODUCTS_AT_ONCE_MAX)
    throw new OperationError("PAYLOAD_TOO_LARGE", `More than ${PRODUCTS_AT_ONCE_MAX} products at once: ask for smaller pages`, {
      limit: PRODUCTS_AT_ONCE_MAX,
    });
  const rows = db.all<ProductRow>(
    "SELECT products.* FROM json_each(?) AS ids CROSS JOIN products ON products.id = ids.value",
    JSON.stringify([...distinct]),
  );
  return new Map(rows.map((row) => [row.id, toProduct(row)]));
}

/** The product that an upsert would change: the one with this external_id, else with this SKU. */
export function findByKeys(db: Database, input: Pick<ProductInput, "external_id" | "sku">): ProductRow | undefined {
  const byExternalId = input.external_id ? db.one<ProductRow>("SELECT * FROM products WHERE external_id = ?", input.external_id) : undefined;
  return byExternalId ?? (input.sku ? db.one<ProductRow>("SELECT * FROM products WHERE sku = ?", input.sku) : undefined);
}

export function insertProduct(ctx: OperationContext, input: ProductInput): Product {
  const row = applyInput({ ...blank, id: ctx.newId("prd"), created_at: ctx.now, updated_at: ctx.now, version: 1 }, input);
  return store(ctx, row, null);
}

/** Writes the fields that `changes` names; the others stay. Returns the product as it is now. */
export function updateProduct(ctx: OperationContext, row: ProductRow, changes: Partial<ProductInput>): Product {
  return store(ctx, { ...applyInput(row, changes), updated_at: ctx.now, version: row.version + 1 }, row);
}

export function deleteProduct(ctx: OperationContext, row: ProductRow): void {
  ctx.db.run("DELETE FROM products WHERE id = ?", row.id);
  unlinkProduct(ctx.db, row.id);
  ctx.record({ type: "product.deleted", subject: row.id, before: toProduct(row), after: null });
}

const blank: Omit<ProductRow, "id" | "created_at" | "updated_at" | "version"> = {
  external_id: null,
  sku: null,
  title: "",
  description: null,
  brand: null,
  variant: null,
  category: null,
  images: "[]",
  url: null,
  price_amount: null,
  price_currency: null,
  status: "active",
  metadata: "{}",
};

const PLAIN_COLUMNS = ["title", "external_id", "sku", "description", "brand", "variant", "category", "url"] as const;

function applyInput(row: ProductRow, input: Partial<ProductInput>): ProductRow {
  const next: ProductRow = { ...row };
  for (const column of PLAIN_COLUMNS) {
    const value = input[column];
    if (value !== undefined) Object.assign(next, { [column]: value });
  }
  if (input.images !== undefined) next.images = JSON.stringify(input.images);
  if (input.metadata !== undefined) next.metadata = JSON.stringify(input.metadata);
  if (input.status !== undefined) next.status = input.status;
  if (input.price !== undefined) {
    next.price_amount = input.price?.amount ?? null;
    next.price_currency = input.price?.currency ?? null;
  }
  return next;
}

const COLUMNS = [
  "id",
  "external_id",
  "sku",
  "title",
  "description",
  "brand",
  "variant",
  "category",
  "images",
  "url",
  "price_amount",
  "price_currency",
  "status",
  "metadata",
  "created_at",
  "updated_at",
  "version",
] as const satisfies (keyof ProductRow)[];

const UPSERT = upsertSql("products", COLUMNS);

function store(ctx: OperationContext, row: ProductRow, before: ProductRow | null): Product {
  refuseTaken(ctx.db, row, "external_id", before);
  refuseTaken(ctx.db, row, "sku", before);
  ctx.db.run(UPSERT, ...COLUMNS.map((column) => row[column]));
  if (before && (before.external_id !== row.external_id || before.sku !== row.sku)) unlinkProduct(ctx.db, row.id);
  if (!before || before.external_id !== row.external_id || before.sku !== row.sku) linkProduct(ctx.db, row);
  const product = toProduct(row);
  ctx.record({ type: before ? "product.updated" : "product.created", subject: row.id, before: before && toProduct(before), after: product });
  return product;
}

function refuseTaken(db: Database, row: ProductRow, column: "external_id" | "sku", before: ProductRow | null): void {
  const value = row[column];
  if (value === null || value === before?.[column]) return;
  const other = db.one<{ id: string }>(`SELECT id FROM products WHERE ${column} = ? AND id <> ?`, value, row.id);
  if (other) throw new OperationError("CONFLICT", `Another product has this ${column}`, { field: column, value, product_id: other.id });
}
