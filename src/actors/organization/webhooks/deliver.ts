import { Webhook } from "standardwebhooks";
import { BATCH_TYPE } from "../../../domain/events/log.ts";
import { expandInteractions } from "../../../domain/interactions/rows.ts";
import { refuseOutgoing } from "../../../domain/outgoing_url.ts";
import { toTimestamp } from "../../../domain/time.ts";
import type { DeliveryRow, WebhookRow } from "../../../domain/webhooks/rows.ts";
import type { OrganizationState } from "../state.ts";

const TIMEOUT_MS = 10_000;
const SNIPPET_LENGTH = 1_000;
const INTERACTIONS_MAX = 100;

export interface Attempt {
  ok: boolean;
  response_status: number | null;
  response_body: string | null;
  error: string | null;
  duration_ms: number;
}

/** Sends one delivery once, signed by the Standard Webhooks specification. Never throws: whatever goes wrong is the attempt's result. */
export async function attemptDelivery(state: OrganizationState, webhook: WebhookRow, delivery: DeliveryRow): Promise<Attempt> {
  const started = Date.now();
  const failed = (error: string, response_status: number | null = null, response_body: string | null = null): Attempt => ({
    ok: false,
    response_status,
    response_body,
    error,
    duration_ms: Date.now() - started,
  });
  const refused = refuseOutgoing(webhook.url, state.env.PUBLIC_URL ? new URL(state.env.PUBLIC_URL).host : null);
  if (refused) return failed(`The URL cannot be called: it must be ${refused}`);
  const body = payload(state, delivery);
  try {
    const response = await fetch(webhook.url, {
      method: "POST",
      // A redirect could lead anywhere: it is a failure, not followed.
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        "Content-Type": "application/json",
        "User-Agent": "CROW-Webhooks/1",
        ...signatureHeaders(state, webhook, delivery.message_id, started, body),
      },
      body,
    });
    const snippet = await readSnippet(response);
    if (response.status >= 200 && response.status < 300)
      return { ok: true, response_status: response.status, response_body: snippet, error: null, duration_ms: Date.now() - started };
    return failed(
      response.status >= 300 && response.status < 400 ? "Redirects are not followed" : "The answer was not 2xx",
      response.status,
      snippet,
    );
  } catch (error) {
    return failed(
      error instanceof Error && error.name === "TimeoutError" ? `No answer within ${TIMEOUT_MS / 1_000} seconds` : "The connection failed",
    );
  }
}

/** One signature, or two while the secret before the last rotation still counts. */
function signatureHeaders(state: OrganizationState, webhook: WebhookRow, message_id: string, now: number, body: string): Record<string, string> {
  const secrets = [
    webhook.secret,
    ...(webhook.previous_secret !== null && (webhook.previous_expires_at ?? 0) > now ? [webhook.previous_secret] : []),
  ];
  const signatures = secrets.map((sealed) => new Webhook(state.core.vault.open(sealed)).sign(message_id, new Date(now), body));
  return { "webhook-id": message_id, "webhook-timestamp": String(Math.floor(now / 1_000)), "webhook-signature": signatures.join(" ") };
}

/** The event as it is delivered. A batch of interactions carries the first hundred of them, read now, so that an erased person is not sent. */
function payload(state: OrganizationState, delivery: DeliveryRow): string {
  let data = JSON.parse(delivery.data) as unknown;
  if (delivery.type === BATCH_TYPE) {
    const { count, first_seq, last_seq } = data as { count: number; first_seq: number; last_seq: number };
    const interactions = expandInteractions(state.core.db, state.organization().id, first_seq, Math.min(last_seq, first_seq + INTERACTIONS_MAX - 1));
    data = {
      count,
      interactions,
      ...(count > INTERACTIONS_MAX ? { more: `/api/v2/events?types=interaction.created&after=${delivery.event_seq}.${INTERACTIONS_MAX}` } : {}),
    };
  }
  return JSON.stringify({ type: delivery.type, timestamp: toTimestamp(delivery.event_at), subject: delivery.subject, data });
}

/** The start of the answer; the rest is not read. */
async function readSnippet(response: Response): Promise<string> {
  if (!response.body) return "";
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (text.length < SNIPPET_LENGTH) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel().catch(() => {});
  return text.slice(0, SNIPPET_LENGTH);
}
