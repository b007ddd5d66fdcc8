import * as z from "zod";
import { Product } from "../products/product.ts";
import { findProducts } from "../products/rows.ts";
import { defineRelation } from "../relation.ts";
import type { InsightProduct } from "./product.ts";

export const productOfFigures = defineRelation({
  name: "insight_products.product",
  of: ["InsightProduct", "ProductPerformance", "ViewedNotBought"],
  field: "product",
  summary: "The product as the catalog has it; null for one that it does not have",
  scope: "products:read",
  cost: 1,
  input: z.strictObject({}),
  output: Product.nullable(),
  load(ctx, figures: readonly InsightProduct[]) {
    const products = findProducts(
      ctx.db,
      figures.flatMap(({ product_id }) => product_id ?? []),
    );
    return figures.map(({ product_id }) => (product_id === null ? null : (products.get(product_id) ?? null)));
  },
});
