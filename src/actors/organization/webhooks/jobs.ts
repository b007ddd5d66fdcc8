import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../domain/time.ts";
import { toWebhook, type DeliveryRow, type WebhookRow } from "../../../domain/webhooks/rows.ts";
import type { JobHandler } from "../../core/scheduler.ts";
import type { OrganizationState } from "../state.ts";
import { attemptDelivery, type Attempt } from "./deliver.ts";

/** Waits before each further attempt: about three days in all. */
const BACKOFF_MS = [5_000, 30_000, 2 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, 12 * HOUR_MS, DAY_MS, DAY_MS];
/** Failing without a success for so long disables an endpoint. */
const DISABLE_AFTER_MS = 5 * DAY_MS;
const DELIVERIES_PER_RUN = 20;

/** Delivers a webhook's outbox in order: the first that fails holds up the rest until it succeeds or is given up. */
export function webhookJobs(state: OrganizationState): Record<string, JobHandler> {
  const { core } = state;

  const settle = (webhook: WebhookRow, delivery: DeliveryRow, attempt: Attempt): void => {
    state.transaction((now) => {
      const attempts = delivery.attempts + 1;
      const wait_ms = attempt.ok ? undefined : BACKOFF_MS[attempts - 1];
      const status = attempt.ok ? "succeeded" : wait_ms === undefined ? "failed" : "pending";
      core.db.run(
        `UPDATE webhook_deliveries SET status = ?, attempts = ?, next_attempt_at = ?, response_status = ?, response_body = ?, error = ?, duration_ms = ?, finished_at = ? WHERE id = ?`,
        status,
        attempts,
        now + (wait_ms ?? 0),
        attempt.response_status,
        attempt.response_body,
        attempt.error,
        attempt.duration_ms,
        status === "pending" ? null : now,
        delivery.id,
      );
      const failing_since = attempt.ok ? null : (webhook.failing_since ?? now);
      if (failing_since !== webhook.failing_since)
        core.db.run("UPDATE webhook_endpoints SET failing_since = ? WHERE id = ?", failing_since, webhook.id);
      if (failing_since !== null && now - failing_since >= DISABLE_AFTER_MS) disable(webhook.id, now);
    });
  };

  const disable = (webhook_id: string, now: number): void => {
    core.db.run(
      "UPDATE webhook_endpoints SET enabled = 0, disabled_reason = 'It failed for five days', version = version + 1, updated_at = ? WHERE id = ?",
      now,
      webhook_id,
    );
    state.webhooks.invalidate();
    core.journal.append(
      "webhook.disabled",
      webhook_id,
      toWebhook(core.db.one<WebhookRow>("SELECT * FROM webhook_endpoints WHERE id = ?", webhook_id)!),
      now,
    );
  };

  return {
    "webhook.deliver": async ({ key: webhook_id }) => {
      for (let count = 0; count < DELIVERIES_PER_RUN; count++) {
        const webhook = core.db.one<WebhookRow>("SELECT * FROM webhook_endpoints WHERE id = ? AND enabled = 1", webhook_id);
        const delivery = core.db.one<DeliveryRow>(
          "SELECT * FROM webhook_deliveries WHERE webhook_id = ? AND status = 'pending' ORDER BY position LIMIT 1",
          webhook_id,
        );
        if (!webhook || !delivery) return undefined;
        if (delivery.next_attempt_at > Date.now()) return { run_again_at_ms: delivery.next_attempt_at };
        settle(webhook, delivery, await attemptDelivery(state, webhook, delivery));
      }
      return { run_again_at_ms: Date.now() };
    },
  };
}
