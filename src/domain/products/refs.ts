import type { Database } from "../database.ts";

/** How an interaction names a product. */
export interface ProductReference {
  kind: "id" | "external_id" | "sku";
  value: string;
}

/** Points every reference that names this product by id, external id or SKU at it. */
export function linkProduct(db: Database, product: { id: string; external_id: string | null; sku: string | null }): void {
  db.run(
    `UPDATE product_refs SET product_id = ?1
     WHERE (kind = 'id' AND value = ?1) OR (kind = 'external_id' AND value = ?2) OR (kind = 'sku' AND value = ?3)`,
    product.id,
    product.external_id,
    product.sku,
  );
}

/** The product is gone or got other keys: references to it stand for themselves again. */
export function unlinkProduct(db: Database, product_id: string): void {
  db.run("UPDATE product_refs SET product_id = NULL WHERE product_id = ?", product_id);
}

/** The refs of these references, made where they are new and linked where the product exists. Keyed by `kind\nvalue`. */
export function resolveRefs(db: Database, wanted: readonly ProductReference[]): Map<string, number> {
  if (wanted.length === 0) return new Map();
  const json = JSON.stringify(wanted);
  db.run(
    `INSERT INTO product_refs (kind, value, product_id)
     SELECT DISTINCT value ->> 'kind', value ->> 'value', (SELECT id FROM products WHERE
       CASE value ->> 'kind' WHEN 'id' THEN id WHEN 'external_id' THEN external_id ELSE sku END = value ->> 'value')
     FROM json_each(?) WHERE true ON CONFLICT (kind, value) DO NOTHING`,
    json,
  );
  const rows = db.all<{ name: string; ref: number }>(
    `SELECT product_refs.kind || char(10) || product_refs.value AS name, ref FROM json_each(?) AS wanted
     JOIN product_refs ON product_refs.kind = wanted.value ->> 'kind' AND product_refs.value = wanted.value ->> 'value'`,
    json,
  );
  return new Map(rows.map(({ name, ref }) => [name, ref]));
}
