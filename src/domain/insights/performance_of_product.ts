import * as z from "zod";
import type { Product } from "../products/product.ts";
import { defineRelation } from "../relation.ts";
import { readFiguresOf } from "./figures/products.ts";
import { ProductPerformance, toProductPerformance } from "./product_performance.ts";
import { rangeInput, resolveRange } from "./range.ts";

export const productPerformance = defineRelation({
  name: "products.insights",
  of: ["Product"],
  field: "insights",
  summary: "Its views, cart additions, purchases and revenue in a range of days",
  scope: "insights:read",
  cost: 1,
  input: z.strictObject(rangeInput),
  output: ProductPerformance,
  load(ctx, products: readonly Product[], input) {
    const figures = readFiguresOf(
      ctx.db,
      resolveRange(ctx, input),
      products.map(({ id }) => id),
    );
    return products.map(({ id, external_id, sku, title }) => {
      const product = { product_id: id, external_id, sku, title };
      const found = figures.get(id) ?? { views: 0, carts: 0, purchases: 0, quantity: 0, revenue: 0 };
      return toProductPerformance({ ref: 0, ...product, ...found }, ctx.organization.currency);
    });
  },
});
