import * as z from "zod";
import { defineListing, oneOf, pageOf } from "../listing.ts";
import { defineOperation } from "../operation.ts";
import { Delivery, DeliveryId, WebhookId } from "./webhook.ts";
import { requireDelivery, requireWebhook, toDelivery, type DeliveryRow } from "./rows.ts";

const deliveryListing = defineListing({
  name: "webhook_deliveries",
  from: "webhook_deliveries",
  key: "position",
  filters: {
    status: oneOf("status", z.enum(["pending", "succeeded", "failed"]), "pending, succeeded or failed"),
    webhook_id: oneOf("webhook_id", z.string(), "Webhook"),
  },
  sorts: { created_at: "position" },
  default_sort: "-created_at",
});
const { filter: _filter, ...paging } = deliveryListing.input.shape;

export const listDeliveries = defineOperation({
  name: "webhooks.list_deliveries",
  summary: "List a webhook's deliveries",
  description: "Newest first: what was sent, what came back, when it is tried again. Kept for 30 days.",
  effect: "read",
  scope: "webhooks:read",
  cost: 1,
  input: z.strictObject({ ...paging, webhook_id: WebhookId, status: z.enum(["pending", "succeeded", "failed"]).optional() }),
  output: pageOf(Delivery),
  errors: ["NOT_FOUND"],
  examples: [{ title: "What failed", input: { webhook_id: "whk_01jd0000000000000000000000", status: "failed" } }],
  rest: { method: "get", path: "/webhooks/{webhook_id}/deliveries" },
  handle(ctx, { webhook_id, status, ...query }) {
    requireWebhook(ctx.db, webhook_id);
    return deliveryListing
      .page<DeliveryRow>(ctx, { ...query, filter: { webhook_id, ...(status ? { status } : {}) } }, "webhook_deliveries.*")
      .map(toDelivery);
  },
});

export const getDelivery = defineOperation({
  name: "webhooks.get_delivery",
  summary: "Get a delivery",
  effect: "read",
  scope: "webhooks:read",
  cost: 1,
  input: z.strictObject({ webhook_id: WebhookId, delivery_id: DeliveryId }),
  output: Delivery,
  errors: ["NOT_FOUND"],
  examples: [{ title: "By id", input: { webhook_id: "whk_01jd0000000000000000000000", delivery_id: "dlv_01jd0000000000000000000000" } }],
  rest: { method: "get", path: "/webhooks/{webhook_id}/deliveries/{delivery_id}" },
  handle: (ctx, { webhook_id, delivery_id }) => toDelivery(requireDelivery(ctx.db, webhook_id, delivery_id)),
});
