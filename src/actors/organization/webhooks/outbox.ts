import { typeidUnboxed } from "typeid-js";
import { matchesType } from "../../../domain/events/event.ts";
import { messageId, queueDelivery, type QueueContext } from "../../../domain/webhooks/queue.ts";
import type { Core } from "../../core/core.ts";
import type { LoggedEvent } from "../../core/journal.ts";

interface Subscription {
  id: string;
  types: string[];
}

/** Puts each event into the outboxes of the webhooks that want it, inside the event's own transaction. */
export class WebhookOutbox {
  private subscriptions: Subscription[] | null = null;
  private readonly context: QueueContext;

  constructor(private readonly core: Core) {
    this.context = { db: core.db, newId: typeidUnboxed, schedule: (job) => core.scheduler.schedule(job) };
  }

  queue(event: LoggedEvent): void {
    this.subscriptions ??= this.load();
    for (const { id, types } of this.subscriptions) {
      // A webhook does not hear of webhooks: its own failures would go round.
      if (event.type.startsWith("webhook.") || !matchesType(types, event.type)) continue;
      const row = { seq: event.seq, at: event.at, type: event.type, subject: event.subject, data: JSON.stringify(event.data) };
      queueDelivery(this.context, id, row, messageId(this.core.organization().id, event.seq), event.at);
    }
  }

  /** A webhook changed. */
  invalidate(): void {
    this.subscriptions = null;
  }

  private load(): Subscription[] {
    return this.core.db
      .all<{ id: string; types: string }>("SELECT id, types FROM webhook_endpoints WHERE enabled = 1")
      .map(({ id, types }) => ({ id, types: JSON.parse(types) as string[] }));
  }
}
