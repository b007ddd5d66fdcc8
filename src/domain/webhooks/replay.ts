import * as z from "zod";
import type { OperationContext } from "../context.ts";
import { matchesType } from "../events/event.ts";
import type { EventRow } from "../events/log.ts";
import { defineOperation } from "../operation.ts";
import { Timestamp } from "../time.ts";
import { messageId, queueDelivery } from "./queue.ts";
import { requireDelivery, requireWebhook, toDelivery, type WebhookRow } from "./rows.ts";
import { Delivery, DeliveryId, WebhookId } from "./webhook.ts";

const REPLAY_MAX = 1_000;

export const replayDelivery = defineOperation({
  name: "webhooks.replay_delivery",
  summary: "Send a delivery again",
  description: "Queues the same event for the webhook once more, under the same webhook-id, so that a receiver that had it can tell.",
  effect: "create",
  scope: "webhooks:write",
  cost: 1,
  input: z.strictObject({ webhook_id: WebhookId, delivery_id: DeliveryId }),
  output: Delivery,
  errors: ["NOT_FOUND"],
  examples: [{ title: "By id", input: { webhook_id: "whk_01jd0000000000000000000000", delivery_id: "dlv_01jd0000000000000000000000" } }],
  rest: { method: "post", path: "/webhooks/{webhook_id}/deliveries/{delivery_id}/replay", status: 201 },
  mcp: { open_world: true },
  handle(ctx, { webhook_id, delivery_id }) {
    requireWebhook(ctx.db, webhook_id);
    const { event_seq, event_at, type, subject, data, message_id } = requireDelivery(ctx.db, webhook_id, delivery_id);
    const id = queueDelivery(ctx, webhook_id, { seq: event_seq, at: event_at, type, subject, data }, message_id, ctx.now);
    ctx.record({ type: "webhook.replayed", subject: webhook_id, before: null, after: { webhook_id, deliveries: 1 } });
    return toDelivery(requireDelivery(ctx.db, webhook_id, id));
  },
});

export const replayWebhook = defineOperation({
  name: "webhooks.replay",
  summary: "Send a webhook everything since a time again",
  description: `Queues the log's events since then that the webhook wants, oldest first, at most ${REPLAY_MAX}; \`complete\` says whether that was all.`,
  effect: "create",
  scope: "webhooks:write",
  cost: 5,
  input: z.strictObject({ webhook_id: WebhookId, since: Timestamp }),
  output: z.strictObject({ queued: z.int(), complete: z.boolean() }),
  errors: ["NOT_FOUND"],
  examples: [{ title: "Since noon", input: { webhook_id: "whk_01jd0000000000000000000000", since: "2026-11-01T12:00:00Z" } }],
  rest: { method: "post", path: "/webhooks/{webhook_id}/replay", status: 201 },
  mcp: { open_world: true },
  handle(ctx, { webhook_id, since }) {
    const webhook = requireWebhook(ctx.db, webhook_id);
    const events = wantedSince(ctx, webhook, Date.parse(since));
    for (const event of events.slice(0, REPLAY_MAX)) queueDelivery(ctx, webhook_id, event, messageId(ctx.organization.id, event.seq), ctx.now);
    const queued = Math.min(events.length, REPLAY_MAX);
    ctx.record({ type: "webhook.replayed", subject: webhook_id, before: null, after: { webhook_id, deliveries: queued } });
    return { queued, complete: events.length <= REPLAY_MAX };
  },
});

function wantedSince(ctx: OperationContext, webhook: WebhookRow, since_ms: number): EventRow[] {
  const types = JSON.parse(webhook.types) as string[];
  const wanted: EventRow[] = [];
  for (const row of ctx.db.all<EventRow>("SELECT * FROM events WHERE at >= ? ORDER BY seq", since_ms)) {
    if (matchesType(types, row.type)) wanted.push(row);
    if (wanted.length > REPLAY_MAX) break;
  }
  return wanted;
}
