import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { answerHeader, answerShape } from "./coverage.ts";
import { PRODUCT_ORDERS, readProducts } from "./figures/products.ts";
import { ProductPerformance, toProductPerformance } from "./product_performance.ts";
import { rangeInput, resolveRange } from "./range.ts";

export const PRODUCTS_LIMIT_MAX = 500;

export const productsInsight = defineOperation({
  name: "insights.products",
  summary: "Performance of each product",
  description:
    "Views, cart additions, purchases, revenue and the ratios between them for " +
    "each product with any event in the range, best first. Events that name one " +
    "product by several keys are added up; a product that is not in the catalogue is listed by the key the events gave.",
  effect: "read",
  scope: "insights:read",
  cost: 1,
  input: z.strictObject({
    ...rangeInput,
    sort: z
      .enum(PRODUCT_ORDERS)
      .default("revenue")
      .describe(`Largest first by one of: ${PRODUCT_ORDERS.join(", ")}. Default revenue`),
    limit: z.coerce.number().int().min(1).max(PRODUCTS_LIMIT_MAX).default(20).describe(`How many products, 1 to ${PRODUCTS_LIMIT_MAX}`),
  }),
  output: z
    .strictObject({
      ...answerShape,
      total_products: z.int().describe("Products with any event in the range, listed or not"),
      products: z.array(ProductPerformance),
    })
    .meta({ id: "ProductsInsight" }),
  errors: [],
  examples: [{ title: "The five most viewed products", input: { date_from: "2019-10-01", date_to: "2019-10-31", sort: "views", limit: 5 } }],
  rest: { method: "get", path: "/insights/products" },
  handle(ctx, input) {
    const range = resolveRange(ctx, input);
    const page = readProducts(ctx.db, range, { order: input.sort, limit: input.limit });
    return {
      ...answerHeader(ctx, range),
      total_products: page.total_products,
      products: page.products.map((figures) => toProductPerformance(figures, ctx.organization.currency)),
    };
  },
});
