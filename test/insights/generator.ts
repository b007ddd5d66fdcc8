import { DAY_MS } from "../../src/domain/time.ts";
import type { RawEvent } from "./rollups.ts";

/** A seeded sequence of numbers in [0, 1) (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Random sessions of random visitors over `days` days from `from_ms`: any order of events, two sources, some campaigns, two currencies. */
export function randomEvents(seed: number, from_ms: number, days: number, sessions: number): RawEvent[] {
  const random = seeded(seed);
  const pick = <Item>(list: readonly Item[]): Item => list[Math.floor(random() * list.length)]!;
  const events: RawEvent[] = [];
  for (let session = 0; session < sessions; session++) {
    const visitor = `v${Math.floor(random() * (sessions / 4))}`;
    const source = pick(["web", "web", "social"]);
    const campaign = pick(["", "", "autumn", "sale", "news"]);
    let at_ms = from_ms + Math.floor(random() * days * DAY_MS);
    for (let left = 1 + Math.floor(random() * 6); left > 0; left--) {
      const type = pick(["view_item", "view_item", "view_item", "add_to_cart", "begin_checkout", "purchase", "refund", "rage_click", "page_view"]);
      const event: RawEvent = { at_ms, type, session: `s${session}`, visitor, source, campaign };
      if (["view_item", "add_to_cart", "purchase"].includes(type)) event.product = `p${Math.floor(random() * 12)}`;
      if (type === "purchase") {
        event.transaction = `t${Math.floor(random() * sessions)}`;
        event.currency = pick(["USD", "USD", "EUR"]);
        event.value = Math.floor(random() * 10_000);
        event.price = event.value;
      }
      if (type === "refund") event.value = Math.floor(random() * 500);
      events.push(event);
      at_ms += Math.floor(random() * 20 * 60_000);
    }
  }
  return events.toSorted((a, b) => a.at_ms - b.at_ms);
}
