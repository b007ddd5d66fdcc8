import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { checkVersion } from "../versioning.ts";
import { WebhookId, WebhookWithSecret } from "./webhook.ts";
import { newSecret, requireWebhook, toWebhook, writeWebhook, type WebhookRow } from "./rows.ts";

export const rotateWebhookSecret = defineOperation({
  name: "webhooks.rotate_secret",
  summary: "Rotate a webhook's secret",
  description: "Deliveries carry signatures by both secrets for `overlap_s` seconds, so that you can change yours without losing one.",
  effect: "update",
  scope: "webhooks:write",
  cost: 1,
  input: z.strictObject({ webhook_id: WebhookId, overlap_s: z.int().min(0).max(604_800).default(86_400).describe("At most 7 days") }),
  output: WebhookWithSecret,
  errors: ["NOT_FOUND", "PRECONDITION_FAILED"],
  examples: [{ title: "With a day's overlap", input: { webhook_id: "whk_01jd0000000000000000000000" } }],
  rest: { method: "post", path: "/webhooks/{webhook_id}/rotate-secret" },
  mcp: { confirm: "Replace a webhook's signing secret? The new one will be shown in this conversation." },
  versioned: true,
  secret_outputs: ["secret"],
  handle(ctx, { webhook_id, overlap_s }) {
    const row = requireWebhook(ctx.db, webhook_id);
    checkVersion(ctx, row);
    const secret = newSecret(ctx);
    const next: WebhookRow = {
      ...row,
      secret: ctx.vault.seal(secret),
      previous_secret: overlap_s > 0 ? row.secret : null,
      previous_expires_at: overlap_s > 0 ? ctx.now + overlap_s * 1_000 : null,
      updated_at: ctx.now,
      version: row.version + 1,
    };
    writeWebhook(ctx.db, next);
    const webhook = toWebhook(next);
    ctx.record({ type: "webhook.secret_rotated", subject: webhook_id, before: toWebhook(row), after: webhook });
    return { ...webhook, secret };
  },
});
