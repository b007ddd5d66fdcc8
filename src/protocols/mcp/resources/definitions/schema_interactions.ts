import { EVENT_TYPES } from "../../../../domain/interactions/event_types.ts";
import { INGEST_BATCH_MAX, ingestInteractions } from "../../../../domain/interactions/ingest.ts";
import { InteractionInput } from "../../../../domain/interactions/interaction.ts";
import { once } from "../../../../domain/lazy.ts";
import { jsonSchemaOf } from "../../json_schema.ts";
import type { McpResource } from "../resource.ts";
import { EVENT_MEANINGS } from "./event_meanings.ts";

const schema = once(() => jsonSchemaOf(InteractionInput, "input"));

export const interactionSchemaResource: McpResource = {
  uri: "crow://schema/interactions",
  name: "interactions_schema",
  title: "What interactions look like",
  description:
    "The JSON Schema of an interaction (one observed customer event), and every event type with its meaning and what it needs to count in funnel, revenue and friction. Read it before sending interactions or judging tracking.",
  mimeType: "application/json",
  scopes: [],
  operations: [],
  topic: () => "schema",
  more: "The API's documentation has the rest.",
  read: () => ({
    send: `Up to ${INGEST_BATCH_MAX} at once by the operation ${ingestInteractions.name} or REST POST /api/v1/interactions; each is answered by itself.`,
    event_types: EVENT_TYPES.map((type) => ({ type, meaning: EVENT_MEANINGS[type] })),
    custom_events: "Any other event is custom:<name>, letters, digits, _ . and -. The names of GA4 and Segment for the same events are understood.",
    json_schema: schema(),
    example: (ingestInteractions.examples[0]!.input.interactions as unknown[])[1],
  }),
};
