import type { OperationContext } from "../context.ts";
import { upsertSql, type Database } from "../database.ts";
import { invalid, notFound } from "../errors.ts";
import { refuseOutgoing } from "../outgoing_url.ts";
import { toTimestamp, toTimestampOrNull } from "../time.ts";
import type { Delivery, Webhook } from "./webhook.ts";

export interface WebhookRow {
  id: string;
  url: string;
  types: string;
  description: string;
  enabled: number;
  disabled_reason: string | null;
  secret: string;
  previous_secret: string | null;
  previous_expires_at: number | null;
  failing_since: number | null;
  created_at: number;
  updated_at: number;
  version: number;
}

export interface DeliveryRow {
  position: number;
  id: string;
  webhook_id: string;
  message_id: string;
  type: string;
  subject: string;
  event_seq: number;
  event_at: number;
  data: string;
  status: Delivery["status"];
  attempts: number;
  next_attempt_at: number;
  response_status: number | null;
  response_body: string | null;
  error: string | null;
  duration_ms: number | null;
  created_at: number;
  finished_at: number | null;
}

export function toWebhook(row: WebhookRow): Webhook {
  return {
    id: row.id,
    url: row.url,
    types: JSON.parse(row.types) as string[],
    description: row.description,
    enabled: row.enabled === 1,
    disabled_reason: row.disabled_reason,
    failing_since: toTimestampOrNull(row.failing_since),
    previous_secret_expires_at: toTimestampOrNull(row.previous_expires_at),
    created_at: toTimestamp(row.created_at),
    updated_at: toTimestamp(row.updated_at),
    version: row.version,
  };
}

export function toDelivery(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    webhook_id: row.webhook_id,
    message_id: row.message_id,
    type: row.type,
    subject: row.subject,
    status: row.status,
    attempts: row.attempts,
    next_attempt_at: row.status === "pending" ? toTimestamp(row.next_attempt_at) : null,
    response_status: row.response_status,
    response_body: row.response_body,
    error: row.error,
    duration_ms: row.duration_ms,
    created_at: toTimestamp(row.created_at),
    finished_at: toTimestampOrNull(row.finished_at),
  };
}

/** The row, or NOT_FOUND. */
export function requireWebhook(db: Database, id: string): WebhookRow {
  const row = db.one<WebhookRow>("SELECT * FROM webhook_endpoints WHERE id = ?", id);
  if (!row) throw notFound("webhook", id);
  return row;
}

/** The row of this webhook's delivery, or NOT_FOUND. */
export function requireDelivery(db: Database, webhook_id: string, id: string): DeliveryRow {
  const row = db.one<DeliveryRow>("SELECT * FROM webhook_deliveries WHERE id = ? AND webhook_id = ?", id, webhook_id);
  if (!row) throw notFound("delivery", id);
  return row;
}

const COLUMNS = [
  "id",
  "url",
  "types",
  "description",
  "enabled",
  "disabled_reason",
  "secret",
  "previous_secret",
  "previous_expires_at",
  "failing_since",
  "created_at",
  "updated_at",
  "version",
] as const satisfies (keyof WebhookRow)[];

const UPSERT = upsertSql("webhook_endpoints", COLUMNS);

export function writeWebhook(db: Database, row: WebhookRow): void {
  db.run(UPSERT, ...COLUMNS.map((column) => row[column]));
}

/** VALIDATION_ERROR for a URL that must not be called from here. */
export function requireOutgoing(ctx: OperationContext, url: string): void {
  const expected = refuseOutgoing(url, new URL(ctx.base_url).host);
  if (expected) throw invalid("url", expected, "This URL cannot be called");
}

/** A signing secret as the Standard Webhooks specification has it: whsec_ and base64 of 32 random bytes. */
export function newSecret(ctx: OperationContext): string {
  return `whsec_${ctx.vault.randomToken(33).replaceAll("-", "+").replaceAll("_", "/")}`;
}
