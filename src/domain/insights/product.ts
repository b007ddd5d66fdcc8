import * as z from "zod";

/** How insights name a product, whether or not the catalogue has it. */
export const InsightProduct = z
  .strictObject({
    product_id: z.string().nullable().describe("Null while no product of the catalogue matches what the interactions named"),
    external_id: z.string().nullable(),
    sku: z.string().nullable(),
    title: z.string().nullable().describe("Null for a product that the catalogue does not have"),
  })
  .meta({ id: "InsightProduct" });
export type InsightProduct = z.output<typeof InsightProduct>;

/** Columns to select for `toInsightProduct` where `products AS <product>` and `product_refs AS <reference>` are joined. */
export function productColumns(product: string, reference: string, prefix = ""): string {
  return `${reference}.product_id AS ${prefix}product_id, ${product}.title AS ${prefix}title,
    CASE WHEN ${product}.id IS NOT NULL THEN ${product}.external_id
      WHEN ${reference}.kind = 'external_id' THEN ${reference}.value END AS ${prefix}external_id,
    CASE WHEN ${product}.id IS NOT NULL THEN ${product}.sku WHEN ${reference}.kind = 'sku' THEN ${reference}.value END AS ${prefix}sku`;
}

/** Several references may name one product: rows of `product_refs AS <reference>` with the same key belong together. */
export function productKey(reference: string): string {
  return `coalesce(${reference}.product_id, 'ref:' || ${reference}.ref)`;
}

export function toInsightProduct(row: InsightProduct): InsightProduct {
  return { product_id: row.product_id, external_id: row.external_id, sku: row.sku, title: row.title };
}

/** What to call a product in a sentence. */
export function productLabel(product: InsightProduct): string {
  return product.title ?? product.external_id ?? product.sku ?? product.product_id ?? "a product that is not in the catalogue";
}
