/** Event names: GA4's commerce events, CROW's own for the web, and those of cameras and social media. */
export const EVENT_TYPES = [
  "page_view",
  "search",
  "view_item_list",
  "select_item",
  "view_item",
  "add_to_cart",
  "remove_from_cart",
  "view_cart",
  "begin_checkout",
  "purchase",
  "refund",
  "click",
  "rage_click",
  "scroll",
  "form",
  "error",
  "api_error",
  "web_vital",
  "variant_select",
  "image_zoom",
  "store_visit",
  "dwell",
  "pick_up",
  "put_back",
  "mention",
  "review",
  "share",
] as const;

/** Names other trackers use for the same thing. */
const ALIASES: Readonly<Record<string, string>> = {
  product_view: "view_item",
  view: "view_item",
  cart: "add_to_cart",
  "Product Viewed": "view_item",
  "Product Added": "add_to_cart",
  "Product Removed": "remove_from_cart",
  "Cart Viewed": "view_cart",
  "Checkout Started": "begin_checkout",
  "Order Completed": "purchase",
  "Order Refunded": "refund",
  "Products Searched": "search",
  "Product List Viewed": "view_item_list",
  "Product Clicked": "select_item",
};

const KNOWN: ReadonlySet<string> = new Set(EVENT_TYPES);
const CUSTOM = /^custom:[A-Za-z0-9_.-]{1,80}$/;

/** The canonical name of an event, or null for one that is neither known nor `custom:*`. */
export function canonicalType(name: string): string | null {
  if (KNOWN.has(name) || CUSTOM.test(name)) return name;
  return Object.hasOwn(ALIASES, name) ? ALIASES[name]! : null;
}
