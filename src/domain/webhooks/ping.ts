import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { queueDelivery } from "./queue.ts";
import { requireDelivery, requireWebhook, toDelivery } from "./rows.ts";
import { Delivery, WebhookId } from "./webhook.ts";

export const pingWebhook = defineOperation({
  name: "webhooks.ping",
  summary: "Send a webhook a test event",
  effect: "create",
  scope: "webhooks:write",
  cost: 1,
  input: z.strictObject({ webhook_id: WebhookId }),
  output: Delivery,
  errors: ["NOT_FOUND"],
  examples: [{ title: "By id", input: { webhook_id: "whk_01jd0000000000000000000000" } }],
  rest: { method: "post", path: "/webhooks/{webhook_id}/ping", status: 201 },
  mcp: { open_world: true },
  handle(ctx, { webhook_id }) {
    requireWebhook(ctx.db, webhook_id);
    const event = { seq: 0, at: ctx.now, type: "webhook.ping", subject: webhook_id, data: JSON.stringify({ message: "This is a test" }) };
    const id = queueDelivery(ctx, webhook_id, event, ctx.newId("msg"), ctx.now);
    ctx.record({ type: "webhook.pinged", subject: webhook_id, before: null, after: { webhook_id }, live: false });
    return toDelivery(requireDelivery(ctx.db, webhook_id, id));
  },
});
