import * as z from "zod";
import type { OperationContext } from "../context.ts";
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
    const wanted = ctx.db.all<{ product: string; interaction: number }>(
      `SELECT product, interaction
       FROM (
         SELECT product, interaction, ROW_NUMBER() OVER (PARTITION BY product ORDER BY interaction DESC) AS place
         FROM (
           SELECT DISTINCT product_refs.product_id AS product, recent.interaction
           FROM json_each(?1) AS ids CROSS JOIN product_refs ON product_refs.product_id = ids.value
           CROSS JOIN interaction_products AS recent ON recent.ref = product_refs.ref AND recent.interaction >= ifnull((
             SELECT interaction FROM interaction_products AS bound WHERE bound.ref = product_refs.ref
             ORDER BY interaction DESC LIMIT 1 OFFSET ${first - 1}), 0)
         )
       )
       WHERE place <= ${first}
       ORDER BY interaction DESC`,
      JSON.stringify([...new Set(products.map(({ id }) => id))]),
    );
    const shown = readInteractions(ctx, [...new Set(wanted.map(({ interaction }) => interaction))]);
    const byProduct = new Map<string, Interaction[]>(products.map(({ id }) => [id, []]));
    for (const { product, interaction } of wanted) byProduct.get(product)!.push(shown.get(interaction)!);
    return products.map(({ id }) => byProduct.get(id)!);
  },
});

/** Each interaction once, however many products it is about: it may be long. */
function readInteractions({ db, organization }: OperationContext, seqs: readonly number[]): Map<number, Interaction> {
  const rows = db.all<InteractionRow>(
    `SELECT ${INTERACTION_COLUMNS} FROM json_each(?) AS wanted CROSS JOIN ${INTERACTION_FROM} WHERE interactions.seq = wanted.value`,
    JSON.stringify(seqs),
  );
  const shown = toInteractions(db, rows, organization.id);
  return new Map(rows.map(({ seq }, index) => [seq, shown[index]!]));
}
