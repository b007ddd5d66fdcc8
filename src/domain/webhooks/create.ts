import { OperationError } from "../errors.ts";
import { defineOperation } from "../operation.ts";
import { WebhookSettings, WebhookWithSecret, WEBHOOKS_MAX } from "./webhook.ts";
import { newSecret, requireOutgoing, toWebhook, writeWebhook, type WebhookRow } from "./rows.ts";

export const createWebhook = defineOperation({
  name: "webhooks.create",
  summary: "Create a webhook",
  description:
    "Events of the types you choose, by POST to your URL in the order they happened, signed as Standard Webhooks (webhook-id, webhook-timestamp, webhook-signature). Answer 2xx within 10 seconds; anything else is tried again for three days.",
  effect: "create",
  scope: "webhooks:write",
  cost: 1,
  input: WebhookSettings,
  output: WebhookWithSecret,
  errors: ["CONFLICT"],
  examples: [{ title: "Changes of products", input: { url: "https://hooks.example.com/crow", types: ["product.*"] } }],
  rest: { method: "post", path: "/webhooks", status: 201 },
  mcp: { confirm: "Send events to this URL from now on? The signing secret will be shown in this conversation.", open_world: true },
  versioned: true,
  secret_outputs: ["secret"],
  handle(ctx, input) {
    requireOutgoing(ctx, input.url);
    const { count } = ctx.db.one<{ count: number }>("SELECT count(*) AS count FROM webhook_endpoints")!;
    if (count >= WEBHOOKS_MAX) throw new OperationError("CONFLICT", `An organization has at most ${WEBHOOKS_MAX} webhooks`, { limit: WEBHOOKS_MAX });
    const secret = newSecret(ctx);
    const row: WebhookRow = {
      id: ctx.newId("whk"),
      url: input.url,
      types: JSON.stringify(input.types),
      description: input.description ?? "",
      enabled: input.enabled === false ? 0 : 1,
      disabled_reason: null,
      secret: ctx.vault.seal(secret),
      previous_secret: null,
      previous_expires_at: null,
      failing_since: null,
      created_at: ctx.now,
      updated_at: ctx.now,
      version: 1,
    };
    writeWebhook(ctx.db, row);
    const webhook = toWebhook(row);
    ctx.record({ type: "webhook.created", subject: row.id, before: null, after: webhook });
    return { ...webhook, secret };
  },
});
