import { OperationError, type Failure } from "../errors.ts";
import { DAY_MS, toTimestamp } from "../time.ts";
import { validationError } from "../validation.ts";
import { canonicalType } from "./event_types.ts";
import { InteractionInput } from "./interaction.ts";
import { cleanContext } from "./page_privacy.ts";
import { itemReference, itemsValue, type NewInteraction } from "./new_interaction.ts";

const AHEAD_MAX_MS = DAY_MS;
export const ITEM_MAX_BYTES = 32_768;

export interface AcceptOptions {
  now: number;
  backfill: boolean;
  /** received_at − sent_at of the client's clock; 0 where it told none (Segment's and Snowplow's correction). */
  skew_ms: number;
  late_after_ms: number;
  /** Interactions from before are refused; null accepts any age. */
  oldest_ms: number | null;
}

/** One item of a batch, judged alone: ready to store, or why not. Pure. */
export function acceptInteraction(raw: unknown, options: AcceptOptions): { interaction: NewInteraction } | { failure: Failure } {
  const parsed = InteractionInput.safeParse(raw);
  if (!parsed.success) return { failure: validationError(parsed.error, raw).toFailure() };
  if (isTooLarge(raw))
    return {
      failure: new OperationError("PAYLOAD_TOO_LARGE", "This interaction is larger than 32 KiB", {
        field: "",
        limit_bytes: ITEM_MAX_BYTES,
      }).toFailure(),
    };
  const input = parsed.data;
  if (options.backfill && input.occurred_at === undefined) return refuse("occurred_at", "ISO 8601 format (required for a backfill)");
  const occurred_at = input.occurred_at === undefined ? options.now : Date.parse(input.occurred_at) + (options.backfill ? 0 : options.skew_ms);
  if (occurred_at > options.now + AHEAD_MAX_MS) return refuse("occurred_at", "at most 24 hours ahead of now");
  if (options.oldest_ms !== null && occurred_at < options.oldest_ms)
    return refuse("occurred_at", `not before ${toTimestamp(options.oldest_ms)}, the organization's retention`);
  const context = cleanContext(input.context);
  const type = canonicalType(input.type)!;
  const items = input.items ?? [];
  return {
    interaction: {
      event_id: input.event_id ?? null,
      type,
      source_type: input.source_type ?? "web",
      occurred_at,
      visitor_id: input.visitor_id ?? null,
      user_id: input.user_id ?? null,
      session_id: input.session_id ?? null,
      transaction_id: input.transaction_id ?? null,
      value: input.value ?? (type === "purchase" ? itemsValue(items) : null),
      campaign: context.campaign?.name ?? "",
      late: !options.backfill && options.now - occurred_at > options.late_after_ms,
      backfill: options.backfill,
      items: items.map((item) => ({ ...itemReference(item), quantity: item.quantity ?? 1, price: item.price ?? null })),
      rest: {
        ...(input.tags && input.tags.length > 0 ? { tags: input.tags } : {}),
        ...(input.summary === undefined ? {} : { summary: input.summary }),
        ...(input.confidence === undefined ? {} : { confidence: input.confidence }),
        ...(Object.keys(context).length === 0 ? {} : { context }),
        ...(input.properties === undefined ? {} : { properties: input.properties }),
      },
    },
  };
}

function refuse(field: string, expected: string): { failure: Failure } {
  return { failure: { code: "VALIDATION_ERROR", message: `Invalid ${field}`, details: { field, expected } } };
}

/** Only long texts and many items can bring an item over its bound, so most need no measuring. */
function isTooLarge(raw: unknown): boolean {
  const { items, context, properties, summary } = raw as InteractionInput;
  if (!context && !properties && !summary && (items?.length ?? 0) < 20) return false;
  return JSON.stringify(raw).length > ITEM_MAX_BYTES;
}
