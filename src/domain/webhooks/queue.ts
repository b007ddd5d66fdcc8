import type { OperationContext } from "../context.ts";
import type { EventRow } from "../events/log.ts";

/** What queueing needs, of a call or of the actor itself. */
export type QueueContext = Pick<OperationContext, "db" | "newId" | "schedule">;

/** An event's webhook-id: the same whenever and however often it is sent. */
export function messageId(organization_id: string, sequence: number): string {
  return `msg_${organization_id.slice(-8)}_${sequence}`;
}

/** Puts an event into a webhook's outbox, in the caller's transaction; returns the delivery's id. */
export function queueDelivery(ctx: QueueContext, webhook_id: string, event: EventRow, message_id: string, now: number): string {
  const id = ctx.newId("dlv");
  ctx.db.run(
    `INSERT INTO webhook_deliveries (id, webhook_id, message_id, type, subject, event_seq, event_at, data, status, attempts, next_attempt_at, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'pending', 0, ?, ?)`,
    id,
    webhook_id,
    message_id,
    event.type,
    event.subject,
    event.seq,
    event.at,
    event.data,
    now,
    now,
  );
  ctx.schedule({ kind: "webhook.deliver", key: webhook_id, run_at_ms: now });
  return id;
}
