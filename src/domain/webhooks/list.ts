import { defineListing, pageOf } from "../listing.ts";
import { defineOperation } from "../operation.ts";
import { Webhook } from "./webhook.ts";
import { toWebhook, type WebhookRow } from "./rows.ts";

const webhookListing = defineListing({
  name: "webhooks",
  from: "webhook_endpoints",
  key: "id",
  filters: {},
  sorts: { id: "id" },
  default_sort: "-id",
});

export const listWebhooks = defineOperation({
  name: "webhooks.list",
  summary: "List webhooks",
  effect: "read",
  scope: "webhooks:read",
  cost: 1,
  input: webhookListing.input,
  output: pageOf(Webhook),
  errors: [],
  examples: [{ title: "All", input: {} }],
  rest: { method: "get", path: "/webhooks" },
  handle(ctx, input) {
    return webhookListing.page<WebhookRow>(ctx, input, "webhook_endpoints.*").map(toWebhook);
  },
});
