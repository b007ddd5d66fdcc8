import * as z from "zod";
import type { Database } from "../database.ts";
import { pageOf } from "../listing.ts";
import { defineOperation } from "../operation.ts";
import { Product } from "../products/product.ts";
import { toProduct, type ProductRow } from "../products/rows.ts";
import { Interaction } from "./interaction.ts";
import { interactionListing } from "./listing.ts";
import { INTERACTION_COLUMNS, toInteractions, type InteractionRow } from "./rows.ts";

export const Include = z
  .array(z.enum(["products"]))
  .max(1)
  .optional()
  .describe("`products` adds the catalog's products that the interactions are about");

export const Included = z.strictObject({ products: z.array(Product) }).optional();

export const listInteractions = defineOperation({
  name: "interactions.list",
  summary: "List interactions",
  description: "Newest first unless sorted otherwise. For complete files of a long range use an export, for figures the insights.",
  effect: "read",
  scope: "interactions:read",
  cost: 1,
  input: interactionListing.input.extend({ include: Include }),
  output: pageOf(Interaction).extend({ included: Included }),
  errors: [],
  examples: [{ title: "Purchases of a day", input: { filter: { type: "purchase", date_from: "2019-10-01", date_to: "2019-10-01" }, limit: 10 } }],
  rest: { method: "get", path: "/interactions" },
  mcp: {
    core: true,
    description:
      "Single events as they came in (views, carts, purchases …), newest first. For counts and sums use the insights tools; for all rows of a range exports_create.",
  },
  handle(ctx, { include, ...query }) {
    const page = interactionListing.page<InteractionRow>(ctx, query, INTERACTION_COLUMNS);
    const data = toInteractions(ctx.db, page.data, ctx.organization.id);
    if (!include) return page.withData(data);
    return { data, next_cursor: page.next_cursor, included: { products: includedProducts(ctx.db, data) } };
  },
});

/** Each product the interactions are about, once. */
export function includedProducts(db: Database, interactions: readonly z.output<typeof Interaction>[]): z.output<typeof Product>[] {
  const ids = [...new Set(interactions.flatMap(({ product_ids }) => product_ids))];
  return db.all<ProductRow>("SELECT * FROM products WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id", JSON.stringify(ids)).map(toProduct);
}
