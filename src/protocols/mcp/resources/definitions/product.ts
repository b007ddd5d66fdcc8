import { getProduct } from "../../../../domain/products/get.ts";
import type { McpResource } from "../resource.ts";
import { run } from "../run.ts";

export const productResource: McpResource = {
  uri: "crow://products/{product_id}",
  name: "product",
  title: "Product",
  description: "A product as the catalog has it: titles, keys, price in minor units, status and metadata. How it sells is in its insights.",
  mimeType: "application/json",
  scopes: ["products:read"],
  operations: [getProduct.name],
  topic: ({ product_id }) => `product:${product_id}`,
  more: "Call products_get.",
  read: ({ host }, { product_id }) => run(host, getProduct, { product_id: product_id! }),
};
