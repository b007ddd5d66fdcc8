import { productLabel, type InsightProduct } from "../../domain/insights/product.ts";
import { plain } from "./markdown.ts";

/** What to call a product in a table's cell. */
export function productName(product: InsightProduct): string {
  return plain(productLabel(product));
}

/** Its id, for the next call; how customers' events name it where the catalog does not have it. */
export function productKey({ product_id, external_id, sku }: InsightProduct): string {
  if (product_id !== null) return product_id;
  return `not in the catalog (${plain(external_id === null ? `sku ${sku ?? "unknown"}` : `external_id ${external_id}`)})`;
}
