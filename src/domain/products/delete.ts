import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { checkVersion } from "../versioning.ts";
import { ProductId } from "./product.ts";
import { deleteProduct, requireProduct } from "./rows.ts";

export const deleteProductOperation = defineOperation({
  name: "products.delete",
  summary: "Delete a product",
  description: "Removes the product. Interactions that named it keep their reference; archive it instead to keep it in insights by title.",
  effect: "delete",
  scope: "products:write",
  cost: 1,
  input: z.strictObject({ product_id: ProductId }),
  output: z.strictObject({ id: ProductId, deleted: z.literal(true) }),
  errors: ["NOT_FOUND", "PRECONDITION_FAILED"],
  examples: [{ title: "By id", input: { product_id: "prd_01jd0000000000000000000000" } }],
  rest: { method: "delete", path: "/products/{product_id}" },
  mcp: {
    core: true,
    description:
      "Deletes a product for good, once a person agreed. To take it off sale set status archived with products_update: it then keeps its title in insights.",
  },
  versioned: true,
  handle(ctx, { product_id }) {
    const row = requireProduct(ctx.db, product_id);
    checkVersion(ctx, row);
    deleteProduct(ctx, row);
    return { id: product_id, deleted: true as const };
  },
});
