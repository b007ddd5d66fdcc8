import { pageOf } from "../listing.ts";
import { defineOperation } from "../operation.ts";
import { productListing } from "./listing.ts";
import { Product } from "./product.ts";
import { toProduct, type ProductRow } from "./rows.ts";

export const listProducts = defineOperation({
  name: "products.list",
  summary: "List products",
  description:
    "Products of the organization, newest first unless sorted otherwise. Find one by words with `search`, or by your own key with `external_id` or `sku`.",
  effect: "read",
  scope: "products:read",
  cost: 1,
  input: productListing.input,
  output: pageOf(Product),
  errors: [],
  examples: [
    { title: "The two newest active products", input: { filter: { status: "active" }, limit: 2 } },
    { title: "By words", input: { filter: { search: "lenovo notebook" } } },
  ],
  rest: { method: "get", path: "/products" },
  mcp: {
    core: true,
    description:
      "Products of the catalogue, newest first; find one by words with search. For how they sell use insights_movers, or products_story for one.",
  },
  handle(ctx, input) {
    return productListing.page<ProductRow>(ctx, input, "products.*").map(toProduct);
  },
});
