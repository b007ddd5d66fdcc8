import { describe, expect, it } from "vitest";
import { comparisonInsight } from "../../src/domain/insights/comparison.ts";
import { readPairs } from "../../src/domain/insights/figures/pairs.ts";
import { frictionInsight } from "../../src/domain/insights/friction.ts";
import { productAffinityInsight } from "../../src/domain/insights/product_affinity.ts";
import { productsInsight } from "../../src/domain/insights/products.ts";
import { retentionInsight } from "../../src/domain/insights/retention.ts";
import { revenueInsight } from "../../src/domain/insights/revenue.ts";
import { insightsSummary } from "../../src/domain/insights/summary.ts";
import { timeseriesInsight } from "../../src/domain/insights/timeseries.ts";
import { localDate, localHourLabel, mondayOf } from "./calendar.ts";
import { randomEvents } from "./generator.ts";
import type { RawEvent } from "./rollups.ts";
import { withShop } from "./shop.ts";

const sixDecimals = (value: number): number => Math.round(value * 1e6) / 1e6;
const countedOrders = (events: RawEvent[]): RawEvent[] => {
  const seen = new Set<string>();
  return events.filter((event) => event.type === "purchase" && !seen.has(event.transaction!) && seen.add(event.transaction!));
};

describe.each([
  ["UTC", 1],
  ["Europe/Berlin", 2],
  ["Asia/Kolkata", 3],
  ["America/New_York", 4],
])("figures in %s", (time_zone, seed) => {
  // Over the change of clocks of October and November 2019.
  const events = randomEvents(seed, Date.UTC(2019, 9, 20), 25, 300);
  const range = { date_from: "2019-10-25", date_to: "2019-11-06" };
  const dateOf = (event: RawEvent): string => localDate(event.at_ms, time_zone);
  const inRange = (event: RawEvent, { date_from, date_to } = range): boolean => dateOf(event) >= date_from && dateOf(event) <= date_to;
  const sessions = [...Map.groupBy(events, (event) => event.session).values()];
  const started = (within = range): RawEvent[][] => sessions.filter((session) => inRange(session[0]!, within));
  const has = (session: RawEvent[], type: string): boolean => session.some((event) => event.type === type);
  const visitorsOf = (list: RawEvent[]): number => new Set(list.map((event) => event.visitor)).size;
  const orders = countedOrders(events);
  const sum = (list: RawEvent[]): number => list.reduce((total, event) => total + event.value!, 0);
  const revenueOf = (within = range): number =>
    sum(orders.filter((event) => event.currency === "USD" && inRange(event, within))) -
    sum(events.filter((event) => event.type === "refund" && inRange(event, within)));

  it("total what a count over the raw events totals, in the range and the one before", () =>
    withShop({ events, time_zone }, ({ call }) => {
      const before = { date_from: "2019-10-12", date_to: "2019-10-24" };
      const totals = call(insightsSummary, range).totals;
      const carts = started().filter((session) => has(session, "add_to_cart"));
      expect(totals.interactions).toMatchObject({
        value: events.filter((event) => inRange(event)).length,
        previous: events.filter((event) => inRange(event, before)).length,
      });
      expect(totals.sessions).toMatchObject({ value: started().length, previous: started(before).length });
      expect(totals.visitors).toMatchObject({
        value: visitorsOf(events.filter((event) => inRange(event))),
        previous: visitorsOf(events.filter((event) => inRange(event, before))),
      });
      expect(totals.orders.value).toBe(orders.filter((event) => inRange(event)).length);
      expect(totals.revenue).toMatchObject({ value: { amount: revenueOf() }, previous: { amount: revenueOf(before) } });
      expect(totals.conversion_rate.value).toBe(sixDecimals(started().filter((session) => has(session, "purchase")).length / started().length));
      expect(totals.cart_abandonment_rate.value).toBe(sixDecimals(1 - carts.filter((session) => has(session, "purchase")).length / carts.length));
      const compared = call(comparisonInsight, range).metrics.find(({ metric }) => metric === "revenue");
      expect(compared).toMatchObject({
        current: { money: { amount: revenueOf() } },
        difference: { money: { amount: revenueOf() - revenueOf(before) } },
      });
      const rage = events.filter((event) => event.type === "rage_click" && inRange(event)).length;
      expect(call(frictionInsight, range).signals[0]).toMatchObject({
        signal: "rage_click",
        occurrences: rage,
        per_100_sessions: { value: sixDecimals((100 * rage) / started().length) },
      });
    }));

  it("keep each currency apart", () =>
    withShop({ events, time_zone }, ({ call }) => {
      const euros = orders.filter((event) => event.currency === "EUR" && inRange(event));
      const revenue = call(revenueInsight, range);
      expect(revenue.total).toMatchObject({ currency: "USD", revenue: { amount: revenueOf() } });
      expect(revenue.other_currencies).toMatchObject([{ currency: "EUR", orders: euros.length, gross: { amount: sum(euros), currency: "EUR" } }]);
    }));

  it("count distinct visitors exactly per day, week and month, also where the range cuts a week", () =>
    withShop({ events, time_zone }, ({ call }) => {
      const keys = { day: dateOf, week: (event: RawEvent) => mondayOf(dateOf(event)), month: (event: RawEvent) => dateOf(event).slice(0, 7) };
      for (const interval of ["day", "week", "month"] as const) {
        const expected = Map.groupBy(
          events.filter((event) => inRange(event)),
          keys[interval],
        );
        const { series } = call(timeseriesInsight, { ...range, metric: "visitors", interval });
        expect(series[0]!.points.map((point) => point.value).filter((value) => value !== 0)).toEqual(
          [...expected.keys()].toSorted().map((key) => visitorsOf(expected.get(key)!)),
        );
        expect(series[0]!.total.value).toBe(visitorsOf(events.filter((event) => inRange(event))));
      }
    }));

  it("split interactions by hour and event without losing one", () =>
    withShop({ events, time_zone }, ({ call }) => {
      const { series } = call(timeseriesInsight, { ...range, interval: "hour", dimension: "event", limit: 3 });
      expect(series.map(({ kind }) => kind)).toEqual(["value", "value", "value", "rest"]);
      const kept = new Set(series.map(({ key }) => key));
      for (const { kind, key, points } of series) {
        const mine = events.filter((event) => inRange(event) && (kind === "rest" ? !kept.has(event.type) : event.type === key));
        const expected = Map.groupBy(mine, (event) => localHourLabel(event.at_ms, time_zone));
        for (const point of points) expect([point.label, point.value]).toEqual([point.label, expected.get(point.label)?.length ?? 0]);
        expect(points.reduce((total, point) => total + point.value!, 0)).toBe(mine.length);
      }
    }));

  it("rank campaigns' conversion by their sessions", () =>
    withShop({ events, time_zone }, ({ call }) => {
      const { series } = call(timeseriesInsight, { ...range, metric: "conversion_rate", interval: "month", dimension: "campaign" });
      for (const { key, total } of series) {
        const mine = started().filter((session) => session[0]!.campaign === (key ?? ""));
        expect(total.value).toBe(sixDecimals(mine.filter((session) => has(session, "purchase")).length / mine.length));
      }
      expect(series).toHaveLength(4);
    }));

  it("add up products and their pairs", () =>
    withShop({ events, time_zone }, ({ call }) => {
      const named = (product: string, type: string): RawEvent[] =>
        events.filter((event) => inRange(event) && event.product === product && event.type === type);
      const bought = orders.filter((event) => inRange(event));
      for (const product of call(productsInsight, { ...range, limit: 50 }).products) {
        const mine = bought.filter((event) => event.product === product.external_id);
        expect(product).toMatchObject({
          views: named(product.external_id!, "view_item").length,
          carts: named(product.external_id!, "add_to_cart").length,
          purchases: mine.length,
          item_revenue: { amount: sum(mine) },
        });
      }
      const touched = started().map((session) => new Set(session.flatMap((event) => event.product ?? [])));
      const { pairs } = call(productAffinityInsight, { ...range, min_support: 0.01, limit: 200 });
      for (const pair of pairs) {
        const [a, b] = [pair.product_a.external_id!, pair.product_b.external_id!];
        const [with_a, with_b, both] = [
          touched.filter((set) => set.has(a)),
          touched.filter((set) => set.has(b)),
          touched.filter((set) => set.has(a) && set.has(b)),
        ];
        expect(pair).toMatchObject({ sessions: both.length, sessions_a: with_a.length, sessions_b: with_b.length });
        expect(pair.lift).toBe(sixDecimals((both.length * touched.length) / (with_a.length * with_b.length)));
        expect(both.length).toBeGreaterThanOrEqual(Math.max(2, 0.01 * touched.length));
      }
      expect(pairs.length).toBeGreaterThan(5);
      expect(pairs.map((pair) => pair.lift)).toEqual(pairs.map((pair) => pair.lift).toSorted((a, b) => b! - a!));
    }));

  it("find the same pairs among some products as among all", () =>
    withShop({ events, time_zone }, ({ db }) => {
      const range_days = { from_day: Date.UTC(2019, 9, 25) / 86_400_000, to_day: Date.UTC(2019, 10, 6) / 86_400_000 };
      db.run("INSERT INTO products VALUES (null, 'prd_1', 'x', null, 'X', null, null, null, null, '[]', null, null, null, 'active', '{}', 0, 0, 1)");
      db.run("UPDATE product_refs SET product_id = 'prd_1' WHERE ref IN (3, 9)");
      const all = readPairs(db, range_days, { sessions_min: 2, limit: 500 });
      const some = readPairs(db, range_days, { sessions_min: 2, limit: 500, among: [1, 2, 3] });
      const named = new Set(
        db
          .all<{ value: string }>("SELECT value FROM product_refs WHERE ref IN (1, 2)")
          .map(({ value }) => value)
          .concat("x"),
      );
      expect(some.length).toBeGreaterThan(1);
      expect(some).toEqual(all.filter(({ a, b }) => named.has(a.external_id!) && named.has(b.external_id!)));
    }));

  it("follow each weekly cohort and who stays, comes back or leaves", () =>
    withShop({ events, time_zone }, ({ call }) => {
      const { cohorts, life_cycle } = call(retentionInsight, range);
      const weeks = new Map(
        [...Map.groupBy(events, (event) => event.visitor)].map(([visitor, mine]) => [visitor, new Set(mine.map((event) => mondayOf(dateOf(event))))]),
      );
      const after = (monday: string, offset: number): string =>
        new Date(Date.parse(`${monday}T00:00:00Z`) + offset * 7 * 86_400_000).toISOString().slice(0, 10);
      const firstOf = (mine: Set<string>): string => [...mine].toSorted()[0]!;
      for (const cohort of cohorts) {
        const members = [...weeks.values()].filter((mine) => firstOf(mine) === cohort.week_start);
        expect(cohort.visitors).toBe(members.length);
        for (const cell of cohort.weeks) expect(cell.visitors).toBe(members.filter((mine) => mine.has(after(cohort.week_start, cell.offset))).length);
      }
      expect(life_cycle.map(({ week }) => week)).toEqual(["2019-W43", "2019-W44", "2019-W45"]);
      for (const week of life_cycle) {
        const now = [...weeks.values()].filter((mine) => mine.has(week.week_start));
        const before = [...weeks.values()].filter((mine) => mine.has(after(week.week_start, -1)));
        const seen_first = now.filter((mine) => firstOf(mine) === week.week_start);
        const returning = now.filter((mine) => before.includes(mine));
        expect(week).toMatchObject({
          active: now.length,
          new: seen_first.length,
          returning: returning.length,
          resurrecting: now.length - seen_first.length - returning.length,
          dormant: before.length - returning.length,
        });
      }
    }));
});
