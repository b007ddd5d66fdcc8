import { formatDecimal } from "../../money.ts";
import { productListing } from "../../products/listing.ts";
import type { ProductRow } from "../../products/rows.ts";
import { toTimestamp } from "../../time.ts";
import type { Source } from "../column.ts";

/** The catalog, in the order of creation. */
export const productSource: Source = {
  columns: [
    { name: "id", type: "string" },
    { name: "external_id", type: "string" },
    { name: "sku", type: "string" },
    { name: "title", type: "string" },
    { name: "description", type: "string" },
    { name: "brand", type: "string" },
    { name: "variant", type: "string" },
    { name: "category", type: "string" },
    { name: "images", type: "json" },
    { name: "url", type: "string" },
    { name: "price", type: "string" },
    { name: "currency", type: "string" },
    { name: "status", type: "string" },
    { name: "metadata", type: "json" },
    { name: "created_at", type: "timestamp" },
    { name: "updated_at", type: "timestamp" },
    { name: "version", type: "integer" },
  ],

  lastRow: ({ db }) => db.one<{ last: number }>("SELECT ifnull(max(position), 0) AS last FROM products")!.last,

  count(ctx, filter, last_row) {
    const where = productListing.where(productListing.filter.parse(filter), ctx);
    return ctx.db.one<{ rows: number }>(
      `SELECT count(*) AS rows FROM products WHERE position <= CAST(? AS INTEGER) AND ${where.sql}`,
      last_row,
      ...where.params,
    )!.rows;
  },

  page(ctx, filter, after, last_row, limit) {
    const where = productListing.where(productListing.filter.parse(filter), ctx);
    const rows = ctx.db.all<ProductRow & { position: number }>(
      `SELECT * FROM products WHERE position > CAST(? AS INTEGER) AND position <= CAST(? AS INTEGER) AND ${where.sql} ORDER BY position LIMIT ${limit}`,
      after,
      last_row,
      ...where.params,
    );
    return {
      rows: rows.map((row) => [
        row.id,
        row.external_id,
        row.sku,
        row.title,
        row.description,
        row.brand,
        row.variant,
        row.category,
        row.images,
        row.url,
        row.price_amount === null || row.price_currency === null ? null : formatDecimal(row.price_amount, row.price_currency),
        row.price_currency,
        row.status,
        row.metadata,
        toTimestamp(row.created_at),
        toTimestamp(row.updated_at),
        row.version,
      ]),
      cursor: rows.length < limit ? null : rows.at(-1)!.position,
    };
  },
};
