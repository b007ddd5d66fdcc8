import { describe, expect, it } from "vitest";
import csv from "../../data/rees46-2019-10-sample.csv?raw";
import { cartAbandonmentInsight } from "../../src/domain/insights/cart_abandonment.ts";
import { funnelInsight } from "../../src/domain/insights/funnel.ts";
import { productsInsight } from "../../src/domain/insights/products.ts";
import { revenueInsight } from "../../src/domain/insights/revenue.ts";
import { insightsSummary } from "../../src/domain/insights/summary.ts";
import { viewedNotBoughtInsight } from "../../src/domain/insights/viewed_not_bought.ts";
import type { RawEvent } from "./rollups.ts";
import { withShop } from "./shop.ts";

const EVENT_NAMES: Record<string, string> = { view: "view_item", cart: "add_to_cart", purchase: "purchase" };

const rows = csv
  .trim()
  .split("\n")
  .slice(1)
  .map((line) => {
    const [event_time, event_type, product, , , , price, user, session] = line.trim().split(",") as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    return {
      at_ms: Date.parse(event_time.replace(" UTC", "Z").replace(" ", "T")),
      type: EVENT_NAMES[event_type]!,
      product,
      cents: Math.round(Number(price) * 100),
      user,
      session,
    };
  });

const events: RawEvent[] = rows.map((row, index) => ({
  at_ms: row.at_ms,
  type: row.type,
  session: row.session,
  visitor: row.user,
  product: row.product,
  ...(row.type === "purchase" ? { transaction: `t${index}`, value: row.cents, price: row.cents } : {}),
}));

const range = { date_from: "2019-10-01", date_to: "2019-10-31" };
const purchases = rows.filter((row) => row.type === "purchase");
const revenue = purchases.reduce((sum, row) => sum + row.cents, 0);
const sessionsWith = (type: string): Set<string> => new Set(rows.filter((row) => row.type === type).map((row) => row.session));

describe("the bundled sample", () => {
  it("has the totals that a plain count over the file gives", () =>
    withShop({ events }, ({ call }) => {
      expect([rows.length, new Set(rows.map((row) => row.user)).size, new Set(rows.map((row) => row.session)).size, purchases.length]).toEqual([
        1000, 330, 372, 10,
      ]);
      const summary = call(insightsSummary, range);
      expect(summary.totals).toMatchObject({
        interactions: { value: 1000, previous: 0, change: null },
        sessions: { value: 372 },
        visitors: { value: 330 },
        orders: { value: 10 },
        revenue: { value: { amount: revenue, currency: "USD" }, previous: { amount: 0 }, change: null },
        average_order_value: { value: { amount: Math.round(revenue / 10) }, previous: null, change: null },
        conversion_rate: { value: Math.round((sessionsWith("purchase").size / 372) * 1e6) / 1e6, previous: null },
      });
      expect(summary.by_event).toEqual([
        { type: "view_item", interactions: 987, share: 0.987 },
        { type: "purchase", interactions: 10, share: 0.01 },
        { type: "add_to_cart", interactions: 3, share: 0.003 },
      ]);
      expect(summary.by_source).toMatchObject([{ source_type: "web", interactions: 1000, sessions: 372, orders: 10, revenue: { amount: revenue } }]);
      expect(summary.timeseries).toHaveLength(31);
      expect(summary.timeseries[0]).toMatchObject({ date: "2019-10-01", interactions: 1000, visitors: 330, orders: 10 });
      expect(summary.timeseries[1]).toMatchObject({ interactions: 0, visitors: 0, revenue: { amount: 0 } });
      expect(summary.coverage).toEqual({ from: "2019-10-01", to: "2019-10-01", complete: true, days_to_come: 0, rebuilding: false });
      expect(summary.previous_range).toEqual({ date_from: "2019-08-31", date_to: "2019-09-30", days: 31 });
      expect(call(revenueInsight, range).total).toMatchObject({ revenue: { amount: revenue }, orders: 10 });
    }));

  it("has the funnel and the carts that the sessions of the file show", () =>
    withShop({ events }, ({ call }) => {
      const sessions = [...Map.groupBy(rows, (row) => row.session).values()];
      const inOrder = (steps: string[]): number =>
        sessions.filter((session) => {
          let from = -1;
          return steps.every((step) => (from = session.findIndex((row, index) => index > from && row.type === step)) >= 0);
        }).length;
      const [viewed, carted, bought] = [
        inOrder(["view_item"]),
        inOrder(["view_item", "add_to_cart"]),
        inOrder(["view_item", "add_to_cart", "purchase"]),
      ];
      expect(call(funnelInsight, range).steps).toMatchObject([
        { step: "view_item", sessions: viewed, rate_from_previous: null, rate_from_first: 1 },
        { step: "add_to_cart", sessions: carted, dropped: viewed - carted },
        { step: "purchase", sessions: bought, rate_from_previous: Math.round((bought / carted) * 1e6) / 1e6 },
      ]);
      expect(call(funnelInsight, { ...range, steps: ["view_item", "purchase"] }).steps[1]).toMatchObject({
        sessions: inOrder(["view_item", "purchase"]),
      });
      const [carts, buyers] = [sessionsWith("add_to_cart"), sessionsWith("purchase")];
      const paid = [...carts].filter((session) => buyers.has(session)).length;
      expect(call(cartAbandonmentInsight, range)).toMatchObject({
        cart_sessions: carts.size,
        purchasing_cart_sessions: paid,
        abandoned_sessions: carts.size - paid,
      });
    }));

  it("has the products that a count over the file gives", () =>
    withShop({ events }, ({ call, db }) => {
      const of = (product: string, type: string) => rows.filter((row) => row.product === product && row.type === type);
      const ids = [...new Set(rows.map((row) => row.product))];
      const top = call(productsInsight, { ...range, sort: "views", limit: 500 });
      expect(top.total_products).toBe(ids.length);
      for (const product of top.products) {
        const id = product.external_id!;
        expect(product).toMatchObject({
          product_id: null,
          title: null,
          views: of(id, "view_item").length,
          carts: of(id, "add_to_cart").length,
          purchases: of(id, "purchase").length,
          item_revenue: { amount: of(id, "purchase").reduce((sum, row) => sum + row.cents, 0), currency: "USD" },
        });
      }
      const unbought = ids.filter((id) => of(id, "view_item").length >= 5 && of(id, "purchase").length === 0);
      expect(call(viewedNotBoughtInsight, { ...range, min_views: 5 })).toMatchObject({ total_products: unbought.length });

      db.run(
        "INSERT INTO products VALUES (null, 'prd_1', '1004767', 'S-1', 'Phone', null, null, null, null, '[]', null, null, null, 'active', '{}', 0, 0, 1)",
      );
      db.run("UPDATE product_refs SET product_id = 'prd_1' WHERE value IN ('1004767', '1004856')");
      const [first] = call(productsInsight, { ...range, sort: "views", limit: 1 }).products;
      const together = of("1004767", "view_item").length + of("1004856", "view_item").length;
      expect(first).toMatchObject({ product_id: "prd_1", title: "Phone", sku: "S-1", external_id: "1004767", views: together });
    }));
});
