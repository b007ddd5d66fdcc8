const UNKNOWN_PRODUCT = "prd_01jd0000000000000000000000";

/** Input that an operation refuses, whichever protocol it comes in. */
export const BAD_INPUTS: [operation: string, input: Record<string, unknown>][] = [
  ["products.create", { title: "" }],
  ["products.create", { title: "x", price: { amount: -1, currency: "USD" } }],
  ["products.create", { title: "x", price: { amount: 1, currency: "usd" } }],
  ["products.create", { title: "x", images: ["ftp://x"] }],
  ["products.create", { title: "x", sku: "EXAMPLE" }],
  ["products.get", { product_id: "nonsense" }],
  ["products.update", { product_id: UNKNOWN_PRODUCT, title: "x" }],
  ["products.lookup", {}],
  ["products.list", { filter: { created_from: "yesterday" } }],
  ["interactions.list", { filter: { type: "no_such_event" } }],
  ["insights.summary", { date_from: "2019-10-31", date_to: "2019-10-01" }],
  ["insights.funnel", { date_from: "2019-13-01" }],
  ["exports.create", { resource: "products", format: "csv", fields: ["nope"] }],
  ["exports.create", { resource: "interactions", format: "csv", filter: { nope: 1 } }],
  ["usage.get", { date_from: "2020-01-01", date_to: "2026-01-01" }],
  ["members.update", { account_id: "usr_01jd0000000000000000000000", role: "admin" }],
];
