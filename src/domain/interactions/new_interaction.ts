import type { Money } from "../money.ts";
import type { ProductReference } from "../products/refs.ts";
import type { InteractionContext, InteractionInput } from "./interaction.ts";

/** An accepted interaction, before it has a visitor, a session and a sequence number. Money stays in minor units. */
export interface NewInteraction {
  event_id: string | null;
  type: string;
  source_type: "web" | "cctv" | "social";
  occurred_at: number;
  visitor_id: string | null;
  user_id: string | null;
  session_id: string | null;
  transaction_id: string | null;
  value: Money | null;
  campaign: string;
  late: boolean;
  backfill: boolean;
  items: NewItem[];
  rest: StoredRest;
}

export interface NewItem extends ProductReference {
  quantity: number;
  price: Money | null;
}

/** What `interactions.data` holds besides the items. */
export interface StoredRest {
  tags?: string[];
  summary?: string;
  confidence?: number;
  context?: InteractionContext;
  properties?: NonNullable<InteractionInput["properties"]>;
}

/** An item as stored in `interactions.data`. */
export interface StoredItem {
  ref: number;
  kind: ProductReference["kind"];
  value: string;
  quantity: number;
  price: Money | null;
}

type InputItem = NonNullable<InteractionInput["items"]>[number];

/** How the item names its product: by our id, else the client's, else the SKU. */
export function itemReference(item: InputItem): ProductReference {
  if (item.product_id !== undefined) return { kind: "id", value: item.product_id };
  if (item.external_id !== undefined) return { kind: "external_id", value: item.external_id };
  return { kind: "sku", value: item.sku! };
}

/** Σ price × quantity, where every item has a price and all in one currency; null otherwise. */
export function itemsValue(items: readonly InputItem[]): Money | null {
  const currency = items[0]?.price?.currency;
  if (currency === undefined || items.some((item) => item.price?.currency !== currency)) return null;
  return { amount: items.reduce((sum, item) => sum + item.price!.amount * (item.quantity ?? 1), 0), currency };
}
