// Whatever comes in and goes out in whatever order, each rollup equals a plain recount of the stored rows.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { SqliteDatabase } from "../../src/actors/core/sqlite.ts";
import { rebuildRollups } from "../../src/domain/interactions/rollups/rebuild.ts";
import { createOrganization, send } from "../support/api.ts";
import { lines, recount, stored } from "./recount.ts";

/** A seeded generator, so that a failure can be repeated (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const TYPES = [
  "page_view",
  "view_item",
  "view_item",
  "view_item",
  "add_to_cart",
  "begin_checkout",
  "purchase",
  "refund",
  "rage_click",
  "error",
  "web_vital",
];
const START = Date.parse("2026-03-25T00:00:00Z");

function randomInteraction(random: () => number, index: number): Record<string, unknown> {
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)]!;
  const visitor = Math.floor(random() * 6);
  const type = pick(TYPES);
  const money = random() < 0.8 ? "EUR" : "USD";
  const items = Array.from({ length: Math.floor(random() * 3) }, () => ({
    external_id: `p${Math.floor(random() * 6)}`,
    quantity: 1 + Math.floor(random() * 3),
    ...(random() < 0.8 ? { price: { amount: Math.floor(random() * 5_000), currency: money } } : {}),
  }));
  return {
    ...(random() < 0.7 ? { event_id: `e${Math.floor(random() * 4_000)}-${index % 7}` } : {}),
    type,
    source_type: pick(["web", "web", "cctv", "social"]),
    occurred_at: new Date(START + Math.floor(random() * 21 * 86_400_000)).toISOString(),
    ...(random() < 0.8 ? { visitor_id: `v${visitor}` } : random() < 0.5 ? { user_id: `u${visitor}` } : {}),
    ...(random() < 0.5 ? { session_id: `s${Math.floor(random() * 25)}` } : {}),
    items,
    ...(type === "purchase" && random() < 0.6
      ? { transaction_id: `t${Math.floor(random() * 20)}`, value: { amount: Math.floor(random() * 9_000), currency: money } }
      : {}),
    ...(type === "refund" ? { value: { amount: Math.floor(random() * 900), currency: money } } : {}),
    ...(type === "web_vital" ? { properties: { name: "LCP", value: Math.floor(random() * 5_000) } } : {}),
    ...(random() < 0.3 ? { context: { campaign: { name: pick(["spring", "sale"]) } } } : {}),
  };
}

describe.each([
  ["UTC", 1],
  ["Europe/Berlin", 2],
  ["Asia/Kolkata", 3],
  ["America/New_York", 4],
])("rollups in %s", (time_zone, seed) => {
  it("equal a recount after batches out of order, duplicates, erasures and a rebuild", async () => {
    const { id, api_key } = await createOrganization({ time_zone, currency: "EUR" });
    const random = generator(seed);
    const check = (when: string): Promise<void> =>
      runInDurableObject(env.ORGANIZATIONS.getByName(id), (_actor, state) => {
        const db = new SqliteDatabase(state.storage.sql);
        expect(lines(stored(db)), when).toEqual(lines(recount(db, time_zone, "EUR")));
      });
    for (let round = 0; round < 12; round++) {
      const size = round % 3 === 0 ? 1 : 60;
      const interactions = Array.from({ length: size }, (_value, index) => randomInteraction(random, index));
      const reply = await send("POST", "/api/v2/interactions", { key: api_key, body: { backfill: true, interactions } });
      expect(reply.status, JSON.stringify(reply.body).slice(0, 500)).toBeLessThan(300);
      await check(`after batch ${round}`);
      if (round % 4 === 3) {
        const person = random() < 0.5 ? { visitor_id: `v${Math.floor(random() * 6)}` } : { user_id: `u${Math.floor(random() * 6)}` };
        await send("POST", "/api/v2/interactions/erase", { key: api_key, body: person });
        await check(`after erasing ${JSON.stringify(person)}`);
      }
    }
    await runInDurableObject(env.ORGANIZATIONS.getByName(id), (_actor, state) => {
      const db = new SqliteDatabase(state.storage.sql);
      state.storage.transactionSync(() => rebuildRollups(db, { time_zone: "Asia/Tokyo", currency: "USD" }));
      expect(lines(stored(db)), "after a rebuild").toEqual(lines(recount(db, "Asia/Tokyo", "USD")));
    });
  });
});
