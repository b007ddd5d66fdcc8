import * as z from "zod";
import { notFound } from "../errors.ts";
import { defineOperation } from "../operation.ts";
import { sequenceOf } from "./id.ts";
import { Interaction, InteractionId } from "./interaction.ts";
import { Include, Included, includedProducts } from "./list.ts";
import { expandInteractions } from "./rows.ts";

export const getInteraction = defineOperation({
  name: "interactions.get",
  summary: "Get an interaction",
  effect: "read",
  scope: "interactions:read",
  cost: 1,
  input: z.strictObject({ interaction_id: InteractionId, include: Include }),
  output: Interaction.extend({ included: Included }),
  errors: ["NOT_FOUND"],
  examples: [{ title: "By id", input: { interaction_id: "int_0000000100000000" } }],
  rest: { method: "get", path: "/interactions/{interaction_id}" },
  graphql: { output: Interaction },
  handle(ctx, { interaction_id, include }) {
    const sequence = sequenceOf(interaction_id, ctx.organization.id);
    const [interaction] = expandInteractions(ctx.db, ctx.organization.id, sequence, sequence);
    if (!interaction) throw notFound("interaction", interaction_id);
    return { ...interaction, ...(include ? { included: { products: includedProducts(ctx.db, [interaction]) } } : {}) };
  },
});
