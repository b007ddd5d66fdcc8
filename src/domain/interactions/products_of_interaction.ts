import * as z from "zod";
import { findProducts } from "../products/rows.ts";
import { Product } from "../products/product.ts";
import { defineRelation } from "../relation.ts";
import type { Interaction } from "./interaction.ts";

export const productsOfInteraction = defineRelation({
  name: "interactions.products",
  of: ["Interaction"],
  field: "products",
  summary: "Products of the catalog it is about",
  scope: "products:read",
  cost: 1,
  input: z.strictObject({}),
  output: z.array(Product),
  load(ctx, interactions: readonly Interaction[]) {
    const products = findProducts(
      ctx.db,
      interactions.flatMap(({ product_ids }) => product_ids),
    );
    return interactions.map(({ product_ids }) => product_ids.flatMap((id) => products.get(id) ?? []));
  },
});
