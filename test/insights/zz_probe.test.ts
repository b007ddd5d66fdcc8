import { expect, it } from "vitest";
import { withShop } from "./shop.ts";
import { randomEvents } from "./generator.ts";
import { operations } from "../../src/domain/insights/index.ts";
it("plans", () => withShop({ events: randomEvents(6, Date.UTC(2019, 8, 1), 60, 100) }, ({ answer, db }) => {
  const seen = new Set<string>(); const lines: string[] = [];
  const all = db.all.bind(db);
  db.all = (sql, ...p) => { if (!seen.has(sql)) { seen.add(sql); for (const r of all<{detail:string}>(`EXPLAIN QUERY PLAN ${sql}`, ...p)) lines.push(r.detail); lines.push("--"); } return all(sql, ...p); };
  for (const o of operations) answer(o, { date_from: "2019-10-01", date_to: "2019-10-31" });
  console.log(lines.join("\n")); expect(1).toBe(1);
}));
it("speed", () => withShop({}, async ({ answer, db }) => {
  const types = ["view_item","add_to_cart","purchase","page_view","search","click","begin_checkout","rage_click"];
  const d0 = 17897; // 2019-01-01
  for (let day = d0; day < d0 + 365; day++) {
    const ev: unknown[] = [], se: unknown[] = [], or: unknown[] = [], pr: unknown[] = [], ps: unknown[] = [], pp: unknown[] = [], vi: unknown[] = [];
    for (let h = 0; h < 24; h++) for (const c of ["", "a", "b"]) {
      for (const t of types) ev.push([day * 24 + h, t, "web", c, 5]);
      for (const m of [0, 2, 6, 262]) se.push([day * 24 + h, "web", c, m, 3]);
      or.push([day * 24 + h, "USD", "web", c, 1, 100, 0, 0]);
    }
    for (let r = 1; r <= 1000; r++) { pr.push([day, r, 5, 1, 1, 1, 100]); ps.push([day, r, 3]); if (r < 1000) pp.push([day, r, r + 1, 1]); }
    for (let g = 0; g <= Math.min(120, day - d0); g++) vi.push(["day", day, g, 4]);
    const put = (t: string, rows: unknown[], n: number) => db.run(`INSERT INTO ${t} SELECT ${Array.from({length:n},(_,i)=>`value->>${i}`).join(",")} FROM json_each(?)`, JSON.stringify(rows));
    put("rollup_events", ev, 5); put("rollup_sessions", se, 5); put("rollup_orders", or, 8); put("rollup_products", pr, 7); put("rollup_product_sessions", ps, 3); put("rollup_product_pairs", pp, 4); put("rollup_visitors", vi, 4);
  }
  for (let r = 1; r <= 1000; r++) db.run("INSERT INTO product_refs VALUES (?, 'sku', ?, NULL)", r, "s" + r);
  const out: string[] = [];
  const { send } = await import("node:http").then(() => ({ send: 0 })).catch(() => ({ send: 0 }));
  for (const range of [{ date_from: "2019-12-01", date_to: "2019-12-31" }, { date_from: "2019-01-01", date_to: "2019-12-31" }])
    for (const o of operations) { const t = performance.now(); const rr = db.rows_read; for (let i = 0; i < 3; i++) answer(o, range); await new Promise((r) => setTimeout(r, 1)); out.push(`${o.name} ${range.date_from} ${((performance.now() - t) / 3).toFixed(1)} ms rows ${(db.rows_read - rr) / 3}`); }
  console.log(out.join("\n"), send);
}), 200000);
