import { localHour } from "../../time.ts";
import type { StoredItem, StoredRest } from "../new_interaction.ts";
import type { RollupDelta } from "./delta.ts";

/** What a stored interaction contributes by; the same whether it comes in, goes out or is counted anew. */
export interface CountedInteraction {
  type: string;
  source_type: string;
  campaign: string;
  occurred_at: number;
  value: number | null;
  currency: string | null;
  /** Its transaction's order: false for a later purchase with the same transaction_id. */
  is_order: boolean;
  items: readonly StoredItem[];
  properties: StoredRest["properties"];
}

export interface Locale {
  time_zone: string;
  currency: string;
}

const VITAL_LIMITS: Readonly<Record<string, [signal: string, limit: number]>> = {
  LCP: ["lcp_poor", 2_500],
  TTFB: ["ttfb_poor", 800],
  CLS: ["cls_poor", 0.1],
};

/** Adds (or with sign −1 takes back) one interaction's share of events, orders, products and friction. */
export function contributeInteraction(delta: RollupDelta, interaction: CountedInteraction, locale: Locale, sign: 1 | -1): void {
  const hour = localHour(interaction.occurred_at, locale.time_zone);
  const { type, source_type, campaign } = interaction;
  delta.add("rollup_events", [hour, type, source_type, campaign], [1], sign);
  if (type === "purchase" && interaction.is_order) {
    delta.add("rollup_orders", [hour, interaction.currency ?? locale.currency, source_type, campaign], [1, interaction.value ?? 0, 0, 0], sign);
  } else if (type === "refund") {
    delta.add("rollup_orders", [hour, interaction.currency ?? locale.currency, source_type, campaign], [0, 0, 1, interaction.value ?? 0], sign);
  }
  if (interaction.items.length > 0) contributeItems(delta, interaction, Math.floor(hour / 24), locale.currency, sign);
  const signal = frictionSignal(interaction);
  if (signal !== null) delta.add("rollup_friction", [hour, signal], [1], sign);
}

function contributeItems(delta: RollupDelta, { type, is_order, items }: CountedInteraction, day: number, currency: string, sign: 1 | -1): void {
  const viewed = type === "view_item" ? 1 : 0;
  const carted = type === "add_to_cart" ? 1 : 0;
  const bought = type === "purchase" && is_order ? 1 : 0;
  if (viewed + carted + bought === 0) return;
  const seen = new Set<number>();
  for (const { ref, quantity, price } of items) {
    const first = seen.has(ref) ? 0 : 1;
    seen.add(ref);
    const revenue = bought && price?.currency === currency ? price.amount * quantity : 0;
    delta.add("rollup_products", [day, ref], [viewed * first, carted * first, bought * first, bought * quantity, revenue], sign);
  }
}

function frictionSignal({ type, properties }: CountedInteraction): string | null {
  if (type === "rage_click") return "rage_click";
  if (type === "error" || type === "api_error") return "error";
  if (type !== "web_vital" || !properties) return null;
  const vital = typeof properties.name === "string" && Object.hasOwn(VITAL_LIMITS, properties.name) ? VITAL_LIMITS[properties.name] : undefined;
  return vital && typeof properties.value === "number" && properties.value > vital[1] ? vital[0] : null;
}
