import { getInteraction } from "../../../../domain/interactions/get.ts";
import type { McpResource } from "../resource.ts";
import { run } from "../run.ts";

export const interactionResource: McpResource = {
  uri: "crow://interactions/{interaction_id}",
  name: "interaction",
  title: "Interaction",
  description: "One observed customer event with everything that was sent: type, time, visitor, session, products, value, page and properties.",
  mimeType: "application/json",
  scopes: ["interactions:read"],
  operations: [getInteraction.name],
  topic: () => "stored_interactions",
  more: "Call interactions_get.",
  read: ({ host }, { interaction_id }) => run(host, getInteraction, { interaction_id: interaction_id! }),
};
