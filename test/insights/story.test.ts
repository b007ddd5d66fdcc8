import { describe, expect, it } from "vitest";
import type * as z from "zod";
import type { Database } from "../../src/domain/database.ts";
import type { OperationError } from "../../src/domain/errors.ts";
import type { Figure } from "../../src/domain/insights/metrics.ts";
import { productAffinityInsight } from "../../src/domain/insights/product_affinity.ts";
import { productsInsight } from "../../src/domain/insights/products.ts";
import { productStory } from "../../src/domain/products/story.ts";
import { localDate } from "./calendar.ts";
import { randomEvents } from "./generator.ts";
import { Recount, sixDecimals } from "./recount.ts";
import type { RawEvent } from "./rollups.ts";
import { withShop } from "./shop.ts";

type Story = z.output<typeof productStory.output>;

const idOf = (product: number): string => `prd_01jd00000000000000000000${String(product).padStart(2, "0")}`;

/** Puts products into the catalogue, each for one or more of the keys that the events name. */
function catalogue(db: Database, products: readonly (readonly string[])[]): string[] {
  return products.map((keys, index) => {
    const id = idOf(index);
    db.run(
      `INSERT INTO products VALUES (null, ?, ?, ?, ?, null, 'Acme', null, 'things', '[]', null, 1999, 'USD', 'active', '{}', 0, 0, 1)`,
      id,
      keys[0]!,
      `SKU-${index}`,
      `Thing ${index}`,
    );
    db.run("UPDATE product_refs SET product_id = ? WHERE value IN (SELECT value FROM json_each(?))", id, JSON.stringify(keys));
    return id;
  });
}

const numberOf = (figure: Figure): number | null => figure.money?.amount ?? figure.value;

describe.each([
  ["UTC", 41],
  ["Europe/Berlin", 42],
  ["America/New_York", 43],
])("a product's story in %s", (time_zone, seed) => {
  const events = randomEvents(seed, Date.UTC(2019, 9, 20), 25, 300);
  const count = new Recount(events, time_zone);
  const range = { date_from: "2019-10-25", date_to: "2019-11-06" };
  const before = { date_from: "2019-10-12", date_to: "2019-10-24" };
  // The first is known by two keys; four that events name are not in the catalogue.
  const keys = [["p0", "p1"], ["p2"], ["p3"], ["p4"], ["p5"], ["p6"], ["p7"]];
  const isOf = (names: readonly string[]) => (event: RawEvent) => event.product !== undefined && names.includes(event.product);

  it("has the figures, the course and the first and last day that a count over the raw events gives", () =>
    withShop({ events, time_zone }, ({ call, db }) => {
      catalogue(db, keys).forEach((product_id, index) => {
        const mine = isOf(keys[index]!);
        const story = call(productStory, { product_id, ...range });
        expect(story).toMatchObject({
          product: { product_id, external_id: keys[index]![0], title: `Thing ${index}` },
          range,
          previous_range: before,
        });
        const [now, past] = [count.of(range, mine), count.of(before, mine)];
        const shown = Object.fromEntries(story.metrics.map((metric) => [metric.metric, [numberOf(metric.current), numberOf(metric.previous)]]));
        expect(shown).toEqual({
          views: [now.views, past.views],
          carts: [now.carts, past.carts],
          purchases: [now.purchases, past.purchases],
          revenue: [now.item_revenue, past.item_revenue],
          cart_to_view: [now, past].map(({ carts, views }) => (views === 0 ? null : sixDecimals(carts / views))),
          purchase_to_view: [now, past].map(({ purchases, views }) => (views === 0 ? null : sixDecimals(purchases / views))),
        });
        expect(story.funnel.map(({ step, events: reached }) => [step, reached])).toEqual([
          ["view_item", now.views],
          ["add_to_cart", now.carts],
          ["purchase", now.purchases],
        ]);
        expect(story.timeseries_interval).toBe("day");
        expect(story.timeseries.map(({ date, views, purchases, revenue }) => [date, views, purchases, revenue.amount])).toEqual(
          story.timeseries.map(({ date }) => {
            const day = count.of({ date_from: date, date_to: date }, mine);
            return [date, day.views, day.purchases, day.item_revenue];
          }),
        );
        expect(story.timeseries).toHaveLength(13);
        const seen = [...new Set(events.filter(mine).map((event) => localDate(event.at_ms, time_zone)))].toSorted();
        // A purchase that repeats a transaction counts for nothing, so the ends may lie within.
        expect(story.first_seen! >= seen[0]! && story.last_seen! <= seen.at(-1)!).toBe(true);
        const whole = call(productStory, { product_id, date_from: "2019-10-01", date_to: "2019-12-30" }).timeseries;
        expect(whole.reduce((sum, { views }) => sum + views, 0)).toBe(events.filter((event) => mine(event) && event.type === "view_item").length);
      });
    }));

  it("ranks it among all products as their own list does", () =>
    withShop({ events, time_zone }, ({ call, db }) => {
      const ids = catalogue(db, keys);
      for (const metric of ["revenue", "views"] as const) {
        const places = (dates: typeof range) => call(productsInsight, { ...dates, sort: metric, limit: 500 }).products;
        const valueOf = (product: ReturnType<typeof places>[number]): number => (metric === "views" ? product.views : product.item_revenue.amount);
        for (const product_id of ids) {
          const told = call(productStory, { product_id, ...range }).ranks.find((rank) => rank.metric === metric)!;
          for (const [dates, rank, products] of [
            [range, told.rank, told.products],
            [before, told.previous_rank, told.previous_products],
          ] as const) {
            const list = places(dates);
            const own = list.find((product) => product.product_id === product_id);
            expect(products).toBe(list.length);
            expect(rank).toBe(own && valueOf(own) > 0 ? list.filter((product) => valueOf(product) > valueOf(own)).length + 1 : null);
          }
        }
      }
    }));

  it("names what it is bought with as the pairs of all products do", () =>
    withShop({ events, time_zone }, ({ call, db }) => {
      const ids = catalogue(db, keys);
      const { pairs } = call(productAffinityInsight, { ...range, min_support: 0, limit: 200 });
      let found = 0;
      for (const product_id of ids) {
        const expected = pairs
          .flatMap(({ product_a, product_b, sessions, sessions_a, sessions_b, lift, confidence_a_to_b, confidence_b_to_a }) => {
            if (product_a.product_id === product_id)
              return [{ product: product_b, sessions, sessions_other: sessions_b, own: sessions_a, lift, confidence: confidence_a_to_b }];
            if (product_b.product_id === product_id)
              return [{ product: product_a, sessions, sessions_other: sessions_a, own: sessions_b, lift, confidence: confidence_b_to_a }];
            return [];
          })
          .filter(({ sessions, own }) => sessions >= own / 50);
        const told = call(productStory, { product_id, ...range }).bought_with;
        expect(told.map(({ lift }) => lift)).toEqual(expected.slice(0, 5).map(({ lift }) => lift));
        for (const companion of told) expect(expected.map(({ own: _own, ...pair }) => pair)).toContainEqual(companion);
        found += told.length;
      }
      expect(found).toBeGreaterThan(10);
    }));
});

const at = (date: string): number => Date.parse(`${date}T12:00:00Z`);
const viewsOn = (date: string, views: number, product = "a"): RawEvent[] =>
  Array.from({ length: views }, (_, index) => ({
    at_ms: at(date) + index,
    type: "view_item",
    session: `${date}${index}`,
    visitor: `v${index}`,
    product,
  }));
const week = { date_from: "2019-10-08", date_to: "2019-10-14" };
const inCatalogue = (
  events: RawEvent[],
  told: (story: Story, call: (input: object) => Story) => void,
  scopes?: ("insights:read" | "products:read")[],
) =>
  withShop({ events, ...(scopes ? { scopes } : {}) }, ({ call, db }) => {
    const [product_id] = catalogue(db, [["a"]]) as [string];
    const tell = (input: object): Story => call(productStory, { product_id, ...week, ...input });
    told(tell({}), tell);
  });

describe("a product's story", () => {
  it("of a product that nobody looked at is empty, and says so", () =>
    inCatalogue(viewsOn("2019-10-09", 3, "other"), (story) => {
      expect(story).toMatchObject({ first_seen: null, last_seen: null, bought_with: [], unusual_days: [], recent_interactions: [] });
      expect(story.ranks[0]).toMatchObject({ rank: null, products: 1, previous_rank: null, previous_products: 0 });
      expect(story.metrics.find(({ metric }) => metric === "cart_to_view")).toMatchObject({ current: { value: null }, change: null });
      expect(story.funnel[2]).toMatchObject({ events: 0, rate_from_previous: null, rate_from_first: null });
      expect(story.findings).toContain("Thing 0 was never viewed, put into a cart or bought.");
    }));

  it("tells in sentences how it sells, where it ranks and when it was last seen", () =>
    inCatalogue(
      [
        ...viewsOn("2019-10-02", 10),
        ...viewsOn("2019-10-09", 20),
        { at_ms: at("2019-10-09"), type: "purchase", session: "s", visitor: "v", product: "a", transaction: "t", value: 1_250, price: 1_250 },
        ...viewsOn("2019-10-09", 1, "other"),
      ],
      (story, tell) => {
        expect(story.findings).toEqual([
          "Revenue of Thing 0 rose to 12.50 USD, from none, with 1 order against 0.",
          "Views rose by 100 % to 20, from 10.",
          "It ranks 1 of 2 by revenue.",
          "It ranks 1 of 2 by views, as before.",
          "For 100 views there were 0 carts and 5 purchases.",
        ]);
        expect(tell({ date_from: "2019-11-01", date_to: "2019-11-07" }).findings).toContain("It was last seen on 2019-10-09, before this range.");
        expect(tell({ date_from: "2019-10-01", date_to: "2019-10-07" }).findings).toContain(
          "It was viewed 10 times and never bought; 0 views went on to a cart.",
        );
        expect(tell({ date_from: "2019-10-01", date_to: "2019-10-07" }).findings).toContain("It was first seen in this range, on 2019-10-02.");
      },
    ));

  it("finds days whose views do not fit, once the product has a history of its own", () => {
    const history = (from: string, days: number): RawEvent[] =>
      Array.from({ length: days }, (_, day) => {
        const date = new Date(at(from) + day * 86_400_000).toISOString().slice(0, 10);
        return viewsOn(date, date === "2019-10-09" ? 40 : 5 + (day % 3));
      }).flat();
    return inCatalogue(history("2019-08-05", 71), (story) => {
      expect(story.unusual_days).toMatchObject([{ date: "2019-10-09", direction: "above", observed: { value: 40 } }]);
      expect(story.findings.filter((sentence) => sentence.startsWith("Unusually high views on 2019-10-09: 40, where"))).toHaveLength(1);
    }).then(() => inCatalogue(history("2019-09-20", 25), (story) => expect(story.unusual_days).toEqual([])));
  });

  it("goes by week and month where days would be many", () =>
    inCatalogue(viewsOn("2019-10-09", 3), (_story, tell) => {
      const course = (date_from: string) => {
        const { timeseries, timeseries_interval } = tell({ date_from });
        return [timeseries_interval, timeseries.length, timeseries.reduce((sum, { views }) => sum + views, 0)];
      };
      expect(course("2019-09-14")).toEqual(["day", 31, 3]);
      expect(course("2019-09-13")).toEqual(["week", 6, 3]);
      expect(course("2019-03-01")).toEqual(["month", 8, 3]);
      expect(course("2009-09-01")).toEqual(["month", 122, 3]);
    }));

  it("leaves out what the credential may not see elsewhere", () =>
    inCatalogue(
      viewsOn("2019-10-09", 3),
      (story) => {
        expect(story).not.toHaveProperty("recent_interactions");
        expect(story.product).toEqual({ product_id: idOf(0), external_id: "a", sku: "SKU-0", title: "Thing 0" });
        expect(story.metrics.length).toBe(6);
      },
      ["insights:read"],
    ).then(() =>
      inCatalogue(
        viewsOn("2019-10-09", 3),
        ({ product }) => expect(product.catalog).toMatchObject({ brand: "Acme", price: { amount: 1999, currency: "USD" } }),
        ["insights:read", "products:read"],
      ),
    ));

  it("of an unknown product is not found", () =>
    withShop({}, ({ call }) => {
      expect(() => call(productStory, { product_id: idOf(9) })).toThrow(expect.objectContaining({ code: "NOT_FOUND" }) as OperationError);
    }));

  it("stays small: an answer with the usual range is under 12 KB", () =>
    withShop({ events: randomEvents(44, Date.UTC(2019, 8, 1), 60, 3_000) }, ({ call, db }) => {
      const [product_id] = catalogue(
        db,
        Array.from({ length: 12 }, (_, product) => [`p${product}`]),
      ) as [string];
      const story = call(productStory, { product_id, date_from: "2019-10-01", date_to: "2019-10-30" });
      expect(story.bought_with).toHaveLength(5);
      expect(story.timeseries).toHaveLength(30);
      expect(JSON.stringify(story).length).toBeLessThan(12_000);
    }));
});
