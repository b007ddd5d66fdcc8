import { defineOperation } from "../operation.ts";
import { checkVersion } from "../versioning.ts";
import { Product, ProductId, ProductInput } from "./product.ts";
import { requireProduct, updateProduct } from "./rows.ts";

export const updateProductOperation = defineOperation({
  name: "products.update",
  summary: "Update a product",
  description:
    "Changes the fields that are sent and leaves the others; null clears an optional field. Send If-Match to refuse overwriting somebody else's change.",
  effect: "update",
  scope: "products:write",
  cost: 1,
  input: ProductInput.partial().extend({ product_id: ProductId }),
  output: Product,
  errors: ["NOT_FOUND", "CONFLICT", "PRECONDITION_FAILED"],
  examples: [{ title: "New price", input: { product_id: "prd_01jd0000000000000000000000", price: { amount: 1799, currency: "EUR" } } }],
  rest: { method: "patch", path: "/products/{product_id}" },
  mcp: {
    core: true,
    description: "Changes the fields that are sent; null clears one. Send the version that you read, so that nobody else's change is overwritten.",
  },
  versioned: true,
  handle(ctx, { product_id, ...changes }) {
    const row = requireProduct(ctx.db, product_id);
    checkVersion(ctx, row);
    return updateProduct(ctx, row, changes);
  },
});
