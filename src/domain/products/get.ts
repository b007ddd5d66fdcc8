import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { Product, ProductId } from "./product.ts";
import { requireProduct, toProduct } from "./rows.ts";

export const getProduct = defineOperation({
  name: "products.get",
  summary: "Get a product",
  effect: "read",
  scope: "products:read",
  cost: 1,
  input: z.strictObject({ product_id: ProductId }),
  output: Product,
  errors: ["NOT_FOUND"],
  examples: [{ title: "By id", input: { product_id: "prd_01jd0000000000000000000000" } }],
  rest: { method: "get", path: "/products/{product_id}" },
  mcp: {
    core: true,
    description: "One product's catalogue entry by CROW's id, with the version that changes name. For how it sells use products_story.",
  },
  versioned: true,
  handle(ctx, { product_id }) {
    return toProduct(requireProduct(ctx.db, product_id));
  },
});
