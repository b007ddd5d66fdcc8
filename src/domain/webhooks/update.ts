import { defineOperation } from "../operation.ts";
import { checkVersion } from "../versioning.ts";
import { Webhook, WebhookId, WebhookSettings } from "./webhook.ts";
import { requireOutgoing, requireWebhook, toWebhook, writeWebhook, type WebhookRow } from "./rows.ts";

export const updateWebhook = defineOperation({
  name: "webhooks.update",
  summary: "Update a webhook",
  description: "Changes the settings that are sent. Enabling it again goes on with what is still waiting.",
  effect: "update",
  scope: "webhooks:write",
  cost: 1,
  input: WebhookSettings.partial().extend({ webhook_id: WebhookId }),
  output: Webhook,
  errors: ["NOT_FOUND", "PRECONDITION_FAILED"],
  examples: [{ title: "Pause", input: { webhook_id: "whk_01jd0000000000000000000000", enabled: false } }],
  rest: { method: "patch", path: "/webhooks/{webhook_id}" },
  mcp: { open_world: true },
  versioned: true,
  handle(ctx, { webhook_id, ...changes }) {
    const row = requireWebhook(ctx.db, webhook_id);
    checkVersion(ctx, row);
    if (changes.url !== undefined) requireOutgoing(ctx, changes.url);
    const next: WebhookRow = {
      ...row,
      url: changes.url ?? row.url,
      types: changes.types ? JSON.stringify(changes.types) : row.types,
      description: changes.description ?? row.description,
      enabled: changes.enabled === undefined ? row.enabled : changes.enabled ? 1 : 0,
      updated_at: ctx.now,
      version: row.version + 1,
    };
    if (changes.enabled === true) {
      next.disabled_reason = null;
      next.failing_since = null;
      ctx.schedule({ kind: "webhook.deliver", key: webhook_id, run_at_ms: ctx.now });
    }
    writeWebhook(ctx.db, next);
    const webhook = toWebhook(next);
    ctx.record({ type: "webhook.updated", subject: webhook_id, before: toWebhook(row), after: webhook });
    return webhook;
  },
});
