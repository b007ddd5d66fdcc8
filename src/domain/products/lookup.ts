import * as z from "zod";
import { OperationError, invalid } from "../errors.ts";
import { defineOperation } from "../operation.ts";
import { Product } from "./product.ts";
import { findByKeys, toProduct } from "./rows.ts";

export const lookupProduct = defineOperation({
  name: "products.lookup",
  summary: "Look a product up by external id or SKU",
  description: "Returns the one product with this external_id or this sku. Give exactly one of the two.",
  effect: "read",
  scope: "products:read",
  cost: 1,
  input: z.strictObject({
    external_id: z.string().min(1).max(200).optional().describe("Your own id"),
    sku: z.string().min(1).max(200).optional().describe("Stock keeping unit"),
  }),
  output: Product,
  errors: ["NOT_FOUND"],
  examples: [{ title: "By SKU", input: { sku: "TSHIRT-M" } }],
  rest: { method: "get", path: "/products/lookup" },
  versioned: true,
  handle(ctx, input) {
    if ((input.external_id === undefined) === (input.sku === undefined)) throw invalid("external_id", "exactly one of external_id and sku");
    const row = findByKeys(ctx.db, input);
    if (!row) throw new OperationError("NOT_FOUND", "No product has this key", { resource: "product", ...input });
    return toProduct(row);
  },
});
