import * as z from "zod";
import { Money } from "../money.ts";
import { Timestamp } from "../time.ts";
import { canonicalType, EVENT_TYPES } from "./event_types.ts";
import { INTERACTION_ID } from "./id.ts";

export const PROPERTIES_MAX_BYTES = 8_192;
export const InteractionId = z
  .string()
  .regex(INTERACTION_ID, "an interaction id (int_…)")
  .describe("Interaction id")
  .meta({ examples: ["int_0000000100000000"] });
export const SourceType = z.enum(["web", "cctv", "social"]).describe("Where it was observed");
export type SourceType = z.output<typeof SourceType>;

const Identifier = z.string().min(1).max(200);
const Text = z.string().max(2_000);
const PositiveMoney = Money.extend({ amount: z.int().min(0).max(1e12) });

const Item = z
  .strictObject({
    product_id: Identifier.optional().describe("CROW's product id"),
    external_id: Identifier.optional().describe("Your own product id"),
    sku: Identifier.optional(),
    quantity: z.int().min(1).max(100_000).optional().describe("Default 1"),
    price: PositiveMoney.optional().describe("Price of one"),
  })
  .refine((item) => item.product_id !== undefined || item.external_id !== undefined || item.sku !== undefined, {
    path: ["external_id"],
    error: "one of product_id, external_id and sku",
  });

export const InteractionContext = z
  .strictObject({
    page: z.strictObject({ url: Text.optional(), path: Text.optional(), title: Text.optional(), referrer: Text.optional() }).optional(),
    campaign: z
      .strictObject({
        name: Identifier.optional(),
        source: Identifier.optional(),
        medium: Identifier.optional(),
        term: Identifier.optional(),
        content: Identifier.optional(),
      })
      .optional()
      .describe("Taken from the page's utm_ parameters where not given"),
    device: z
      .strictObject({ type: Identifier.optional(), os: Identifier.optional(), browser: Identifier.optional(), screen: Identifier.optional() })
      .optional(),
    locale: z.string().max(35).optional(),
  })
  .describe("Where it happened; query strings are dropped but for utm_ parameters, addresses are never stored");
export type InteractionContext = z.output<typeof InteractionContext>;

/** One observed event as a client sends it. */
export const InteractionInput = z
  .strictObject({
    event_id: Identifier.optional().describe("Your id for the event: a second one with the same id is a duplicate, as long as the first is stored"),
    type: z
      .string()
      .max(90)
      .refine((name) => canonicalType(name) !== null, { error: `one of: ${EVENT_TYPES.join(", ")}, or custom:<name>` })
      .describe(`Event name: ${EVENT_TYPES.join(", ")}, or custom:<name>`),
    source_type: SourceType.optional().describe("Default web"),
    occurred_at: Timestamp.optional().describe("When it happened; default now. At most 24 hours ahead"),
    visitor_id: Identifier.optional().describe("Anonymous visitor"),
    user_id: Identifier.optional().describe("Signed-in user"),
    session_id: Identifier.optional().describe("Visit; where none is sent it is derived: 30 minutes without an interaction end it"),
    items: z.array(Item).max(200).optional().describe("Products it is about"),
    value: PositiveMoney.optional().describe("Worth, e.g. of an order; a purchase without one is worth its items"),
    transaction_id: Identifier.optional().describe("Order id: purchases with the same one count once"),
    tags: z.array(z.string().min(1).max(100)).max(20).optional(),
    summary: Text.optional().describe("What was observed, in words"),
    confidence: z.number().min(0).max(1).optional().describe("Of an observed source"),
    context: InteractionContext.optional(),
    properties: z
      .record(z.string().max(100), z.json())
      .refine((value) => JSON.stringify(value).length <= PROPERTIES_MAX_BYTES, { error: `at most ${PROPERTIES_MAX_BYTES} bytes of JSON` })
      .optional()
      .describe("Anything else, at most 8 KB of JSON"),
  })
  .meta({ id: "InteractionInput" });
export type InteractionInput = z.output<typeof InteractionInput>;

export const Interaction = z
  .strictObject({
    id: InteractionId,
    event_id: z.string().nullable(),
    type: z.string(),
    source_type: SourceType,
    occurred_at: Timestamp,
    received_at: Timestamp,
    visitor_id: z.string().nullable(),
    user_id: z.string().nullable(),
    session_id: z.string(),
    product_ids: z.array(z.string()).describe("Products of the catalog it is about"),
    items: z.array(
      z.strictObject({
        product_id: z.string().nullable(),
        external_id: z.string().nullable(),
        sku: z.string().nullable(),
        quantity: z.int(),
        price: Money.nullable(),
      }),
    ),
    value: Money.nullable(),
    transaction_id: z.string().nullable(),
    tags: z.array(z.string()),
    summary: z.string().nullable(),
    confidence: z.number().nullable(),
    context: InteractionContext,
    properties: z.record(z.string(), z.json()),
    late: z.boolean().describe("Arrived long after it happened"),
    backfill: z.boolean().describe("History that was imported; never counts as live"),
  })
  .meta({ id: "Interaction" });
export type Interaction = z.infer<typeof Interaction>;
