import { describe, expect, it } from "vitest";
import type { OperationError } from "../../src/domain/errors.ts";
import { changesInsight } from "../../src/domain/insights/changes.ts";
import { revenueEffects } from "../../src/domain/insights/decomposition.ts";
import { moversInsight } from "../../src/domain/insights/movers.ts";
import { randomEvents, seeded } from "./generator.ts";
import type { RawEvent } from "./rollups.ts";
import { withShop } from "./shop.ts";

const week = { date_from: "2019-10-08", date_to: "2019-10-14" };
const at = (date: string, hour = 12): number => Date.parse(`${date}T${String(hour).padStart(2, "0")}:00:00Z`);

let orders = 0;
const order = (date: string, value: number, rest: Partial<RawEvent> = {}): RawEvent[] => {
  const name = `o${++orders}`;
  const common = { session: name, visitor: name, product: "p1", ...rest };
  return [
    { at_ms: at(date), type: "view_item", ...common },
    { at_ms: at(date, 13), type: "purchase", transaction: name, value, price: value, ...common },
  ];
};
const views = (date: string, count: number, rest: Partial<RawEvent> = {}): RawEvent[] =>
  Array.from({ length: count }, (_, index) => ({
    at_ms: at(date) + index,
    type: "view_item",
    session: `v${date}${index}${rest.source}`,
    visitor: `v${index}`,
    product: "p1",
    ...rest,
  }));

describe("changes", () => {
  it("of nothing are zero and null, and say that there is no data", () =>
    withShop({}, ({ call }) => {
      const changes = call(changesInsight, week);
      expect(changes.findings).toEqual([
        "There is no data from 2019-10-08 to 2019-10-14.",
        "There is no data from 2019-10-01 to 2019-10-07, so that there is nothing to compare with.",
      ]);
      expect(changes.revenue_change).toMatchObject({ difference: { amount: 0, currency: "USD" } });
      expect(changes.revenue_change!.parts.map(({ effect, share }) => [effect.amount, share])).toEqual(Array.from({ length: 4 }, () => [0, null]));
      expect(changes).toMatchObject({ drivers: [], unusual_days: [], total_unusual_days: 0, previous_coverage: { from: null, to: null } });
      const rate = changes.metrics.find(({ metric }) => metric === "conversion_rate");
      expect(rate).toMatchObject({ current: { value: null }, previous: { value: null }, difference: { value: null }, change: null });
    }));

  it("without anything before are all the traffic's, new, and no share of nothing", () =>
    withShop({ events: [...order("2019-10-09", 5_000), ...views("2019-10-10", 3)] }, ({ call }) => {
      const { findings, revenue_change, drivers, metrics } = call(changesInsight, week);
      expect(revenue_change!.parts.map(({ effect }) => effect.amount)).toEqual([5_000, 0, 0, 0]);
      expect(metrics.find(({ metric }) => metric === "revenue")).toMatchObject({ current: { money: { amount: 5_000 } }, change: null });
      expect(findings[0]).toBe("There is no data from 2019-10-01 to 2019-10-07, so that there is nothing to compare with.");
      expect(findings).toContain("Revenue rose to 50.00 USD, from none.");
      const [product] = drivers.find(({ dimension }) => dimension === "product")!.drivers;
      expect(product).toMatchObject({ presence: "new", current: { money: { amount: 5_000 } }, previous: { money: { amount: 0 } }, share: 1 });
    }));

  it("say what was, what is, and what made the difference, in that order", () => {
    // Twice the sessions, half of the orders per session, three times the value of an order.
    const before = [...order("2019-10-02", 1_000), ...order("2019-10-03", 1_000), ...views("2019-10-02", 8, { source: "web" })];
    const after = [...order("2019-10-09", 3_000, { source: "social" }), ...order("2019-10-09", 3_000), ...views("2019-10-10", 18, { source: "web" })];
    return withShop({ events: [...before, ...after] }, ({ call }) => {
      const { findings, revenue_change, drivers } = call(changesInsight, week);
      // 20 sessions × 0.1 × 30.00 against 10 × 0.2 × 10.00, each factor's change averaged over the six orders.
      expect(revenue_change!.parts.map(({ factor, effect }) => [factor, effect.amount])).toEqual([
        ["sessions", 2_833],
        ["conversion", -3_167],
        ["order_value", 4_334],
        ["refunds", 0],
      ]);
      expect(findings.slice(0, 2)).toEqual([
        "Revenue rose by 200 % to 60.00 USD, from 20.00 USD.",
        "What made the difference of +40.00 USD: a higher order value +43.34 USD, fewer orders per session -31.67 USD, more sessions +28.33 USD.",
      ]);
      expect(findings).toContain("Of sources, by revenue, social moved furthest: 30.00 USD, from 0.00 USD (+30.00 USD, 75 % of the whole change).");
      expect(drivers.find(({ dimension }) => dimension === "source")!.drivers).toMatchObject([
        { key: "social", presence: "new", share: 0.75 },
        { key: "web", presence: "both", share: 0.25 },
      ]);
    });
  });

  it("keep to the organization's currency", () =>
    withShop({ events: [...order("2019-10-09", 5_000, { currency: "EUR" }), ...order("2019-10-02", 100)] }, ({ call }) => {
      const { revenue_change, metrics } = call(changesInsight, week);
      expect(revenue_change!.difference).toEqual({ amount: -100, currency: "USD" });
      // One session each: what was lost is the order in the own currency.
      expect(revenue_change!.parts.map(({ effect }) => effect.amount)).toEqual([0, -100, 0, 0]);
      expect(metrics.find(({ metric }) => metric === "orders")).toMatchObject({ current: { value: 1 }, previous: { value: 1 } });
    }));

  it("are told in sessions and views where nothing was sold, and a lone product is not singled out", () =>
    withShop({ events: [...views("2019-10-02", 4), ...views("2019-10-09", 6, { source: "social" })] }, ({ call }) => {
      const { drivers, findings } = call(changesInsight, week);
      expect(drivers.map(({ dimension, metric }) => [dimension, metric])).toEqual([
        ["product", "views"],
        ["source", "sessions"],
        ["campaign", "sessions"],
        ["event", "interactions"],
      ]);
      expect(findings.filter((sentence) => sentence.startsWith("Of products"))).toEqual([]);
      expect(findings[0]).toBe("Of sources, by sessions, social moved furthest: 6, from 0 (+6).");
      expect(findings.some((sentence) => sentence.startsWith("Revenue"))).toBe(false);
    }));

  it("warn where the ranges cannot be compared as they are", () =>
    withShop({ events: [...views("2019-10-02", 4), ...views("2019-10-09", 6)], now_ms: at("2019-10-10") }, ({ call }) => {
      const { findings } = call(changesInsight, {
        date_from: "2019-10-08",
        date_to: "2019-10-14",
        compare_from: "2019-10-01",
        compare_to: "2019-10-03",
      });
      expect(findings).toContain("The ranges have 7 and 3 days, and the figures are sums over each, not averages.");
      expect(findings).toContain("The range is not over: 2019-10-10, which is today, is counted as far as it has come.");
    }));

  it("name unusual days", () => {
    const events = Array.from({ length: 71 }, (_, day) => {
      const date = new Date(Date.UTC(2019, 7, 5) + day * 86_400_000).toISOString().slice(0, 10);
      return views(date, date === "2019-10-09" ? 40 : 5 + (day % 3), { source: "web" });
    }).flat();
    return withShop({ events }, ({ call }) => {
      const { unusual_days, total_unusual_days, findings } = call(changesInsight, week);
      expect(total_unusual_days).toBeGreaterThanOrEqual(2);
      expect(unusual_days.map(({ date, direction }) => [date, direction])).toEqual(unusual_days.map(() => ["2019-10-09", "above"]));
      expect(findings.filter((sentence) => sentence.startsWith("Unusually high")).length).toBeGreaterThan(0);
    });
  });

  it("name the unusual days of the range compared with, before anyone takes its figures for a yardstick", () => {
    const events = Array.from({ length: 71 }, (_, day) => {
      const date = new Date(Date.UTC(2019, 7, 5) + day * 86_400_000).toISOString().slice(0, 10);
      return views(date, date === "2019-10-03" ? 60 : 5 + (day % 3), { source: "web" });
    }).flat();
    return withShop({ events }, ({ call }) => {
      const { previous_unusual_days, total_previous_unusual_days, unusual_days, findings } = call(changesInsight, week);
      expect(unusual_days).toEqual([]);
      expect(total_previous_unusual_days).toBe(3);
      expect(previous_unusual_days.map(({ date, metric, direction }) => [date, metric, direction])).toEqual(
        ["interactions", "sessions", "visitors"].map((metric) => ["2019-10-03", metric, "above"]),
      );
      expect(findings[0]).toBe(
        "2019-10-03, in the range compared with, was unusual (interactions 60, 6 expected; sessions 60, 6 expected): compare with another range too.",
      );
    });
  });

  it("take any other range, as long where one end is given, and refuse an impossible one", () =>
    withShop({}, ({ call }) => {
      const compared = (input: Parameters<typeof call<typeof changesInsight.input, typeof changesInsight.output>>[1]) =>
        call(changesInsight, { ...week, ...input }).previous_range;
      expect(compared({})).toEqual({ date_from: "2019-10-01", date_to: "2019-10-07", days: 7 });
      expect(compared({ compare_from: "2018-10-08" })).toEqual({ date_from: "2018-10-08", date_to: "2018-10-14", days: 7 });
      expect(compared({ compare_to: "2018-10-14" })).toEqual({ date_from: "2018-10-08", date_to: "2018-10-14", days: 7 });
      const refused = (input: Parameters<typeof compared>[0]): unknown => {
        try {
          return compared(input);
        } catch (error) {
          return (error as OperationError).details;
        }
      };
      expect(refused({ compare_from: "2019-10-02", compare_to: "2019-10-01" })).toMatchObject({
        field: "compare_from",
        expected: "a date on or before compare_to (2019-10-01)",
      });
      expect(refused({ compare_from: "1999-10-02", compare_to: "2019-10-01" })).toMatchObject({
        field: "compare_from",
        expected: "at most 3700 days from compare_from to compare_to",
      });
      expect(refused({ compare_to: "1969-10-01" })).toMatchObject({ field: "compare_to" });
    }));

  it("stay small with a busy shop: an answer with the usual limits is under 12 KB", () => {
    const busy = randomEvents(21, Date.UTC(2019, 8, 1), 60, 3_000).map((event, index): RawEvent => ({
      ...event,
      campaign: event.campaign && `${event.campaign}-campaign-${index % 9}`,
      type: event.type === "page_view" ? `custom:event_${index % 20}` : event.type === "rage_click" && index % 2 === 0 ? "error" : event.type,
      ...(event.value === undefined ? {} : { value: event.value * 1_000, price: (event.price ?? 0) * 1_000 }),
    }));
    return withShop({ events: busy }, ({ call, db }) => {
      for (let product = 0; product < 12; product++) {
        const id = `prd_01jd00000000000000000000${String(product).padStart(2, "0")}`;
        db.run(
          `INSERT INTO products VALUES (null, ?, ?, ?, 'A product with a name of usual length, blue', null, null, null, null, '[]', null, null, null, 'active', '{}', 0, 0, 1)`,
          id,
          `p${product}`,
          `SKU-${product}`,
        );
        db.run("UPDATE product_refs SET product_id = ? WHERE value = ?", id, `p${product}`);
      }
      const changes = call(changesInsight, { date_from: "2019-10-01", date_to: "2019-10-21" });
      expect(changes.drivers.map(({ drivers }) => drivers.length)).toEqual([5, 2, 5, 5, 2]);
      expect(changes.findings).toHaveLength(8);
      expect(JSON.stringify(changes).length).toBeLessThan(12_000);
      expect(JSON.stringify(call(moversInsight, { date_from: "2019-10-01", date_to: "2019-10-21" })).length).toBeLessThan(12_000);
    });
  });
});

describe("the split of a change in revenue", () => {
  it("is exact for amounts as large as they come, or not made", () => {
    const random = seeded(31);
    const some = (max: number): number => Math.floor(random() ** 4 * max);
    let made = 0;
    for (let round = 0; round < 5_000; round++) {
      const side = () => ({ sessions: 1 + some(1e6), own_currency_orders: 1 + some(1e5), gross: some(1e15), refunded: some(1e14) });
      const [now, past] = [side(), side()];
      const split = revenueEffects(now, past);
      if (split === null) continue;
      made++;
      const effects = Object.values(split);
      expect(effects.every((effect) => Number.isSafeInteger(effect) && Math.abs(effect) <= 1e15)).toBe(true);
      expect(effects.reduce((sum, effect) => sum + effect, 0)).toBe(now.gross - now.refunded - (past.gross - past.refunded));
    }
    expect(made).toBeGreaterThan(1_000);
  });

  it("is impossible where orders have no session", () => {
    const none = { sessions: 0, own_currency_orders: 1, gross: 100, refunded: 0 };
    expect(revenueEffects(none, { sessions: 1, own_currency_orders: 1, gross: 100, refunded: 0 })).toBeNull();
  });
});

describe("movers", () => {
  it("mark what is new and what has vanished, whatever their figure says", () =>
    withShop(
      {
        events: [
          ...views("2019-10-02", 2, { product: "gone" }),
          ...views("2019-10-02", 1, { product: "stays" }),
          ...order("2019-10-09", 900, { product: "stays" }),
          ...views("2019-10-09", 3, { product: "fresh" }),
        ],
      },
      ({ call }) => {
        const told = (input: Parameters<typeof call<typeof moversInsight.input, typeof moversInsight.output>>[1]) =>
          call(moversInsight, { ...week, ...input }).movers.map(({ rank, product, presence, difference }) => [
            rank,
            product!.external_id,
            presence,
            difference.money?.amount ?? difference.value,
          ]);
        // Its first revenue makes no product new.
        expect(told({})).toEqual([[1, "stays", "both", 900]]);
        expect(told({ metric: "views" })).toEqual([
          [1, "fresh", "new", 3],
          [2, "gone", "vanished", -2],
        ]);
        expect(told({ metric: "views", direction: "down" })).toEqual([[1, "gone", "vanished", -2]]);
      },
    ));

  it("add up what names one product by several keys", () =>
    withShop(
      {
        events: [
          ...views("2019-10-02", 4, { product: "a" }),
          ...views("2019-10-09", 4, { product: "b" }),
          ...views("2019-10-09", 1, { product: "c" }),
        ],
      },
      ({ call, db }) => {
        db.run(
          "INSERT INTO products VALUES (null, 'prd_1', 'a', 'b', 'One', null, null, null, null, '[]', null, null, null, 'active', '{}', 0, 0, 1)",
        );
        db.run("UPDATE product_refs SET product_id = 'prd_1' WHERE value IN ('a', 'b')");
        expect(call(moversInsight, { ...week, metric: "views" })).toMatchObject({
          total_movers: 1,
          total: { values: 2 },
          movers: [{ product: { external_id: "c" } }],
        });
      },
    ));

  it("refuse a figure that the dimension does not have, and say which it has", () =>
    withShop({}, ({ call }) => {
      expect(() => call(moversInsight, { ...week, dimension: "event", metric: "revenue" })).toThrow(
        expect.objectContaining({ details: { field: "metric", expected: "for event one of: interactions" } }),
      );
    }));

  it("of nothing are none", () =>
    withShop({}, ({ call }) => {
      for (const dimension of ["product", "source", "campaign", "event", "friction"] as const)
        expect(call(moversInsight, { ...week, dimension })).toMatchObject({
          total: { values: 0, change: null },
          total_movers: 0,
          movers: [],
          next_offset: null,
        });
    }));
});
