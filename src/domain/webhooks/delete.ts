import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { checkVersion } from "../versioning.ts";
import { WebhookId } from "./webhook.ts";
import { requireWebhook, toWebhook } from "./rows.ts";

export const deleteWebhook = defineOperation({
  name: "webhooks.delete",
  summary: "Delete a webhook",
  description: "Nothing more is delivered; its deliveries go with it.",
  effect: "delete",
  scope: "webhooks:write",
  cost: 1,
  input: z.strictObject({ webhook_id: WebhookId }),
  output: z.strictObject({ id: WebhookId, deleted: z.literal(true) }),
  errors: ["NOT_FOUND", "PRECONDITION_FAILED"],
  examples: [{ title: "By id", input: { webhook_id: "whk_01jd0000000000000000000000" } }],
  rest: { method: "delete", path: "/webhooks/{webhook_id}" },
  versioned: true,
  handle(ctx, { webhook_id }) {
    const row = requireWebhook(ctx.db, webhook_id);
    checkVersion(ctx, row);
    ctx.db.run("DELETE FROM webhook_endpoints WHERE id = ?", webhook_id);
    ctx.db.run("DELETE FROM webhook_deliveries WHERE webhook_id = ?", webhook_id);
    ctx.cancelJob("webhook.deliver", webhook_id);
    ctx.record({ type: "webhook.deleted", subject: webhook_id, before: toWebhook(row), after: null });
    return { id: webhook_id, deleted: true as const };
  },
});
