import * as z from "zod";
import { Money } from "../money.ts";
import type { ProductFigures } from "./figures/products.ts";
import { InsightProduct, toInsightProduct } from "./product.ts";
import { Ratio, ratio } from "./ratio.ts";

export const ProductPerformance = z
  .strictObject({
    ...InsightProduct.shape,
    views: z.int().describe("view_item events"),
    carts: z.int().describe("add_to_cart events"),
    purchases: z.int().describe("Orders it was part of"),
    quantity: z.int().describe("Units bought"),
    item_revenue: Money.describe("Sum of price × quantity over its orders in the organization's currency"),
    cart_to_view: Ratio.describe("carts / views; null without views"),
    purchase_to_view: Ratio.describe("purchases / views; null without views"),
  })
  .meta({ id: "ProductPerformance" });

export function toProductPerformance(figures: ProductFigures, currency: string): z.output<typeof ProductPerformance> {
  return {
    ...toInsightProduct(figures),
    views: figures.views,
    carts: figures.carts,
    purchases: figures.purchases,
    quantity: figures.quantity,
    item_revenue: { amount: figures.revenue, currency },
    cart_to_view: ratio(figures.carts, figures.views),
    purchase_to_view: ratio(figures.purchases, figures.views),
  };
}
