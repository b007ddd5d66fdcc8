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
  versioned: true,
  handle(ctx, { product_id }) {
    return toProduct(requireProduct(ctx.db, product_id));
  },
});
