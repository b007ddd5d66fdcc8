import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { Webhook, WebhookId } from "./webhook.ts";
import { requireWebhook, toWebhook } from "./rows.ts";

export const getWebhook = defineOperation({
  name: "webhooks.get",
  summary: "Get a webhook",
  effect: "read",
  scope: "webhooks:read",
  cost: 1,
  input: z.strictObject({ webhook_id: WebhookId }),
  output: Webhook,
  errors: ["NOT_FOUND"],
  examples: [{ title: "By id", input: { webhook_id: "whk_01jd0000000000000000000000" } }],
  rest: { method: "get", path: "/webhooks/{webhook_id}" },
  versioned: true,
  handle: (ctx, { webhook_id }) => toWebhook(requireWebhook(ctx.db, webhook_id)),
});
