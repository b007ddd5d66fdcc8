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
  const distinct = new Map(wanted.map(({ kind, value }) => [`${kind}\n${value}`, [kind, value] as const]));
  if (distinct.size === 0) return new Map();
  const found = findRefs(db, [...distinct.values()]);
  const missing = [...distinct].flatMap(([name, reference]) => (found.has(name) ? [] : [reference]));
  if (missing.length === 0) return found;
  // Each kind has its own lookup, so that each goes by its own index.
  db.run(
    `INSERT INTO product_refs (kind, value, product_id)
     SELECT value ->> 0, value ->> 1, CASE value ->> 0
       WHEN 'id' THEN (SELECT id FROM products WHERE id = value ->> 1)
       WHEN 'external_id' THEN (SELECT id FROM products WHERE external_id = value ->> 1)
       ELSE (SELECT id FROM products WHERE sku = value ->> 1) END
     FROM json_each(?)`,
    JSON.stringify(missing),
  );
  for (const [name, ref] of findRefs(db, missing)) found.set(name, ref);
  return found;
}

function findRefs(db: Database, wanted: readonly (readonly [kind: string, value: string])[]): Map<string, number> {
  const refs = new Map<string, number>();
  const rows = db.rows(
    `SELECT product_refs.kind, product_refs.value, ref FROM json_each(?) AS wanted
     CROSS JOIN product_refs ON product_refs.kind = wanted.value ->> 0 AND product_refs.value = wanted.value ->> 1`,
    JSON.stringify(wanted),
  );
  for (const [kind, value, ref] of rows) refs.set(`${String(kind)}\n${String(value)}`, Number(ref));
  return refs;
}
