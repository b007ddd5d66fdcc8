// The bundled clickstream sample, multiplied: each copy is shifted in time and gets its own event, visitor and session ids. Products stay the same.
import { readSample } from "../scripts/local/demo.mjs";

const { interactions, products } = readSample();
const COPY_SPREAD_MS = 90 * 86_400_000;

export { products };

/** Interaction number `index` of an endless stream: copies of the sample spread over 90 days. Money in the neutral form when `minor` is set. */
export function interactionAt(index, { total, minor }) {
  const copy = Math.floor(index / interactions.length);
  const copies = Math.max(1, Math.ceil(total / interactions.length));
  const original = interactions[index % interactions.length];
  const shift_ms = Math.floor(((copy % copies) / copies) * COPY_SPREAD_MS);
  const money = (text) => (minor ? { amount: Math.round(Number(text) * 100), currency: "USD" } : text);
  const { currency, value, items, ...rest } = original;
  return {
    ...rest,
    event_id: `${original.event_id}-${copy}`,
    visitor_id: `${original.visitor_id}-${copy % 50}`,
    session_id: `${original.session_id}-${copy}`,
    occurred_at: new Date(Date.parse(original.occurred_at) + shift_ms).toISOString(),
    items: items.map((item) => ({ ...item, price: money(item.price) })),
    ...(value ? { value: money(value) } : {}),
    ...(minor ? {} : { currency }),
  };
}

/** The body of batch number `batch`. */
export function batchBody(batch, size, options) {
  return JSON.stringify({
    backfill: true,
    interactions: Array.from({ length: size }, (_value, offset) => interactionAt(batch * size + offset, options)),
  });
}
