import { defineOperation } from "../operation.ts";
import { checkVersion } from "../versioning.ts";
import { Product, ProductId, ProductInput } from "./product.ts";
import { requireProduct, updateProduct } from "./rows.ts";

const CLEARED = {
  external_id: null,
  sku: null,
  description: null,
  brand: null,
  variant: null,
  category: null,
  images: [],
  url: null,
  price: null,
  status: "active",
  metadata: {},
} as const;

export const replaceProduct = defineOperation({
  name: "products.replace",
  summary: "Replace a product",
  description: "Sets every field: those that are not sent go back to their defaults.",
  effect: "update",
  scope: "products:write",
  cost: 1,
  input: ProductInput.extend({ product_id: ProductId }),
  output: Product,
  errors: ["NOT_FOUND", "CONFLICT", "PRECONDITION_FAILED"],
  examples: [{ title: "Whole product", input: { product_id: "prd_01jd0000000000000000000000", title: "T-shirt", sku: "TSHIRT-M" } }],
  rest: { method: "put", path: "/products/{product_id}" },
  versioned: true,
  handle(ctx, { product_id, ...input }) {
    const row = requireProduct(ctx.db, product_id);
    checkVersion(ctx, row);
    return updateProduct(ctx, row, { ...CLEARED, images: [], ...input });
  },
});
