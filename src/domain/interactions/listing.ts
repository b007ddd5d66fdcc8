import * as z from "zod";
import { defineListing, fromDate, oneOf, toDate, type FilterField } from "../listing.ts";
import { EVENT_TYPES, canonicalType } from "./event_types.ts";
import { SourceType } from "./interaction.ts";
import { INTERACTION_FROM } from "./rows.ts";

const Identifier = z.string().min(1).max(200);

/** A condition on another table, reached by its own index. */
function through(description: string, sql: string, sql_at_hand = sql): FilterField<typeof Identifier> {
  return {
    schema: Identifier.describe(description) as typeof Identifier,
    toCondition: (value) => ({ sql, params: [value] }),
    toMatch: (value) => ({ sql: sql_at_hand, params: [value] }),
  };
}

/** Filters and sorts of interactions; each stands on an index of migration 0003. Exports, streams and lists share them. */
export const interactionListing = defineListing({
  name: "interactions",
  from: INTERACTION_FROM,
  counted: "interactions",
  key: "interactions.seq",
  filters: {
    type: oneOf(
      "interactions.type",
      z
        .string()
        .max(90)
        .refine((name) => canonicalType(name) !== null, { error: `one of: ${EVENT_TYPES.join(", ")}, or custom:<name>` })
        .transform((name) => canonicalType(name)!),
      `Event name: ${EVENT_TYPES.join(", ")}, or custom:<name>`,
    ),
    source_type: oneOf("interactions.source_type", SourceType, "Where it was observed; cctv is a camera"),
    date_from: fromDate("interactions.occurred_at"),
    date_to: toDate("interactions.occurred_at"),
    visitor_id: through("Anonymous visitor", "interactions.visitor = (SELECT id FROM visitors WHERE visitors.visitor_id = ?)"),
    user_id: oneOf("interactions.user_id", Identifier, "Signed-in user"),
    session_id: through("Visit", "interactions.session = (SELECT id FROM sessions WHERE sessions.session_id = ?)"),
    event_id: oneOf("interactions.event_id", Identifier, "Your id for the event"),
    transaction_id: oneOf("interactions.transaction_id", Identifier, "Order id"),
    product_id: through(
      "Product of the catalog",
      "interactions.seq IN (SELECT interaction FROM interaction_products WHERE ref IN (SELECT ref FROM product_refs WHERE product_id = ?))",
      `EXISTS (SELECT 1 FROM product_refs JOIN interaction_products ON interaction_products.ref = product_refs.ref
        WHERE product_refs.product_id = ? AND interaction_products.interaction = interactions.seq)`,
    ),
  },
  sorts: { occurred_at: "interactions.occurred_at", received_at: "interactions.seq", type: "interactions.type" },
  default_sort: "-occurred_at",
});
