import * as z from "zod";
import type { Product } from "../products/product.ts";
import { PAGE_LIMIT_MAX } from "../listing.ts";
import { defineRelation } from "../relation.ts";
import { Interaction } from "./interaction.ts";
import { INTERACTION_COLUMNS, INTERACTION_FROM, toInteractions, type InteractionRow } from "./rows.ts";

export const recentInteractions = defineRelation({
  name: "products.recent_interactions",
  of: ["Product"],
  field: "recent_interactions",
  summary: "Interactions about it, last received first",
  scope: "interactions:read",
  cost: 1,
  input: z.strictObject({ first: z.int().min(1).max(PAGE_LIMIT_MAX).describe(`How many, 1 to ${PAGE_LIMIT_MAX}`) }),
  output: z.array(Interaction),
  load(ctx, products: readonly Product[], { first }) {
    // For each product the newest of each of its references by the primary key, then the newest of those: no more than `first` rows of any reference are touched.
    const rows = ctx.db.all<InteractionRow & { product: string }>(
      `SELECT wanted.product, ${INTERACTION_COLUMNS}
       FROM (
         SELECT product, interaction, ROW_NUMBER() OVER (PARTITION BY product ORDER BY interaction DESC) AS place
         FROM (
           SELECT DISTINCT product_refs.product_id AS product, recent.interaction
           FROM json_each(?1) AS ids CROSS JOIN product_refs ON product_refs.product_id = ids.value
           CROSS JOIN interaction_products AS recent ON recent.ref = product_refs.ref AND recent.interaction >= ifnull((
             SELECT interaction FROM interaction_products AS bound WHERE bound.ref = product_refs.ref
             ORDER BY interaction DESC LIMIT 1 OFFSET ${first - 1}), 0)
         )
       ) AS wanted
       CROSS JOIN ${INTERACTION_FROM}
       WHERE place <= ${first} AND interactions.seq = wanted.interaction
       ORDER BY interactions.seq DESC`,
      JSON.stringify(products.map(({ id }) => id)),
    );
    const shown = toInteractions(ctx.db, rows, ctx.organization.id);
    const byProduct = new Map<string, z.output<typeof Interaction>[]>(products.map(({ id }) => [id, []]));
    rows.forEach(({ product }, index) => byProduct.get(product)!.push(shown[index]!));
    return products.map(({ id }) => byProduct.get(id)!);
  },
});
