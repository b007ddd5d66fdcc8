import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { answerHeader, answerShape } from "./coverage.ts";
import { readProducts } from "./figures/products.ts";
import { InsightProduct, toInsightProduct } from "./product.ts";
import { PRODUCTS_LIMIT_MAX } from "./products.ts";
import { rangeInput, resolveRange } from "./range.ts";
import { Ratio, ratio } from "./ratio.ts";

export const ViewedNotBought = z
  .strictObject({
    ...InsightProduct.shape,
    views: z.int().describe("view_item events"),
    carts: z.int().describe("add_to_cart events"),
    cart_to_view: Ratio.describe("carts / views"),
  })
  .meta({ id: "ViewedNotBought" });

export const viewedNotBoughtInsight = defineOperation({
  name: "insights.viewed_not_bought",
  summary: "Products that are viewed but not bought",
  description: "Products that were viewed in the range and never bought in it, most viewed first, with how often they got as far as the cart.",
  effect: "read",
  scope: "insights:read",
  cost: 1,
  input: z.strictObject({
    ...rangeInput,
    min_views: z.coerce.number().int().min(1).max(1_000_000).default(1).describe("Only products with at least this many views. Default 1"),
    limit: z.coerce.number().int().min(1).max(PRODUCTS_LIMIT_MAX).default(20).describe(`How many products, 1 to ${PRODUCTS_LIMIT_MAX}`),
  }),
  output: z
    .strictObject({
      ...answerShape,
      total_products: z.int().describe("All such products, listed or not"),
      total_views: z.int().describe("Their views together"),
      products: z.array(ViewedNotBought),
    })
    .meta({ id: "ViewedNotBoughtInsight" }),
  errors: [],
  examples: [{ title: "Viewed ten times or more", input: { date_from: "2019-10-01", date_to: "2019-10-31", min_views: 10, limit: 5 } }],
  rest: { method: "get", path: "/insights/viewed-not-bought" },
  handle(ctx, input) {
    const range = resolveRange(ctx, input);
    const page = readProducts(ctx.db, range, { order: "views", limit: input.limit, viewed_not_bought_from: input.min_views });
    return {
      ...answerHeader(ctx, range),
      total_products: page.total_products,
      total_views: page.total_views,
      products: page.products.map((figures) => ({
        ...toInsightProduct(figures),
        views: figures.views,
        carts: figures.carts,
        cart_to_view: ratio(figures.carts, figures.views),
      })),
    };
  },
});
