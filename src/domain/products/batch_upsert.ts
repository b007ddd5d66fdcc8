import * as z from "zod";
import { OperationError, invalid } from "../errors.ts";
import { defineOperation } from "../operation.ts";
import { ProductId, ProductInput } from "./product.ts";
import { findByKeys, insertProduct, updateProduct } from "./rows.ts";

export const PRODUCT_BATCH_MAX = 1_000;

export const batchUpsertProducts = defineOperation({
  name: "products.batch_upsert",
  summary: "Create or update many products",
  description:
    "Up to 1,000 products, each found by external_id (else by sku): found ones get the fields that are sent, others are created. All or nothing: one bad item refuses the batch and names it.",
  effect: "update",
  scope: "products:write",
  cost: 10,
  input: z.strictObject({ products: z.array(ProductInput).min(1).max(PRODUCT_BATCH_MAX).describe("Each with an external_id or a sku") }),
  output: z.strictObject({
    created: z.int(),
    updated: z.int(),
    results: z.array(z.strictObject({ index: z.int(), id: ProductId, result: z.enum(["created", "updated"]) })).max(PRODUCT_BATCH_MAX),
  }),
  errors: ["CONFLICT"],
  examples: [
    {
      title: "One product by its external id",
      input: { products: [{ external_id: "1001", title: "T-shirt", price: { amount: 1999, currency: "EUR" } }] },
    },
  ],
  rest: { method: "post", path: "/products/batch" },
  graphql: { field: "batchUpsertProducts" },
  handle(ctx, { products }) {
    const results = products.map((input, index) => {
      if (!input.external_id && !input.sku) throw invalid(`products.${index}.external_id`, "an external_id or a sku to find the product by");
      try {
        const found = findByKeys(ctx.db, input);
        const product = found ? updateProduct(ctx, found, input) : insertProduct(ctx, input);
        return { index, id: product.id, result: found ? ("updated" as const) : ("created" as const) };
      } catch (error) {
        if (error instanceof OperationError)
          throw new OperationError(error.code, error.message, { ...error.details, field: `products.${index}.${String(error.details.field)}` });
        throw error;
      }
    });
    const created = results.filter(({ result }) => result === "created").length;
    return { created, updated: results.length - created, results };
  },
});
