import { defineOperation } from "../operation.ts";
import { Product, ProductInput } from "./product.ts";
import { insertProduct } from "./rows.ts";

export const createProduct = defineOperation({
  name: "products.create",
  summary: "Create a product",
  effect: "create",
  scope: "products:write",
  cost: 1,
  input: ProductInput,
  output: Product,
  errors: ["CONFLICT"],
  examples: [
    {
      title: "A T-shirt",
      input: { title: "T-shirt", sku: "TSHIRT-M", external_id: "1001", category: "apparel.tshirt", price: { amount: 1999, currency: "EUR" } },
    },
  ],
  rest: { method: "post", path: "/products", status: 201 },
  mcp: { core: true, description: "Adds one product. For many use products.batch_upsert (search_operations)." },
  versioned: true,
  handle: insertProduct,
});
