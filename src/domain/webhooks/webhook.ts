import * as z from "zod";
import { describeTypes, typePatterns, type TypeChoice } from "../events/type_patterns.ts";
import { LOGGED_TYPES } from "../events/types.ts";
import { refuseOutgoing } from "../outgoing_url.ts";
import { Timestamp } from "../time.ts";

export const WEBHOOKS_MAX = 20;
export const WebhookId = z
  .string()
  .regex(/^whk_[0-9a-z]{26}$/, "a webhook id (whk_…)")
  .describe("Webhook id")
  .meta({ examples: ["whk_01jd0000000000000000000000"] });
export const DeliveryId = z
  .string()
  .regex(/^dlv_[0-9a-z]{26}$/, "a delivery id (dlv_…)")
  .describe("Delivery id")
  .meta({ examples: ["dlv_01jd0000000000000000000000"] });

/** A webhook does not hear of webhooks, whose failures would go round, and is gone with its organization. Interactions come in batches. */
export const DELIVERED: TypeChoice = {
  types: LOGGED_TYPES.filter((type) => !type.startsWith("webhook.") && type !== "organization.deleted"),
  of_interactions: "interactions.ingested, looking at the type of each of its interactions",
};

export const WebhookSettings = z.strictObject({
  url: z
    .string()
    .max(2_000)
    .superRefine((url, context) => {
      const message = refuseOutgoing(url, null);
      if (message !== null) context.addIssue({ code: "custom", message });
    })
    .describe("https URL that gets the events by POST"),
  types: typePatterns(DELIVERED).describe(describeTypes(DELIVERED)),
  description: z.string().max(500).optional(),
  enabled: z.boolean().optional(),
});

export const Webhook = z
  .strictObject({
    id: WebhookId,
    url: z.string(),
    types: z.array(z.string()),
    description: z.string(),
    enabled: z.boolean(),
    disabled_reason: z.string().nullable().describe("Why it was disabled, when we did it"),
    failing_since: Timestamp.nullable(),
    previous_secret_expires_at: Timestamp.nullable().describe("Until when deliveries carry a signature by the secret before the last rotation too"),
    created_at: Timestamp,
    updated_at: Timestamp,
    version: z.int(),
  })
  .meta({ id: "Webhook" });
export type Webhook = z.infer<typeof Webhook>;

export const WebhookWithSecret = Webhook.extend({ secret: z.string().describe("Signing secret (whsec_…), shown this once") }).meta({
  id: "WebhookWithSecret",
});

export const Delivery = z
  .strictObject({
    id: DeliveryId,
    webhook_id: WebhookId,
    message_id: z.string().describe("The webhook-id header: the same for every attempt and replay of one event"),
    type: z.string(),
    subject: z.string(),
    status: z.enum(["pending", "succeeded", "failed"]),
    attempts: z.int(),
    next_attempt_at: Timestamp.nullable(),
    response_status: z.int().nullable(),
    response_body: z.string().nullable().describe("First 1,000 characters"),
    error: z.string().nullable(),
    duration_ms: z.int().nullable(),
    created_at: Timestamp,
    finished_at: Timestamp.nullable(),
  })
  .meta({ id: "WebhookDelivery" });
export type Delivery = z.infer<typeof Delivery>;
