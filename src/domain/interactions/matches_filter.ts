import * as z from "zod";
import { defineRelation } from "../relation.ts";
import { decodeSequence } from "./id.ts";
import type { Interaction } from "./interaction.ts";
import { interactionListing } from "./listing.ts";
import { INTERACTION_FROM } from "./rows.ts";

/** Whether interactions meet the filter of the list: live readers ask it of those that just came in, so both understand a filter alike. */
export const matchesFilter = defineRelation({
  name: "interactions.matches_filter",
  of: [],
  field: "matches_filter",
  summary: "Whether it meets a filter",
  scope: "interactions:read",
  cost: 0,
  input: z.strictObject({ filter: interactionListing.filter.optional() }),
  output: z.boolean(),
  load(ctx, interactions: readonly Interaction[], { filter }) {
    if (filter === undefined || Object.keys(filter).length === 0) return interactions.map(() => true);
    const sequences = interactions.map(({ id }) => decodeSequence(id));
    const condition = interactionListing.where(filter, ctx, "at_hand");
    const matching = new Set(
      ctx.db
        .all<{ seq: number }>(
          `SELECT interactions.seq FROM json_each(?) AS wanted CROSS JOIN ${INTERACTION_FROM} WHERE interactions.seq = wanted.value AND (${condition.sql})`,
          JSON.stringify(sequences),
          ...condition.params,
        )
        .map(({ seq }) => seq),
    );
    return sequences.map((sequence) => matching.has(sequence));
  },
});
