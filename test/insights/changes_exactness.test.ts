import { describe, expect, it } from "vitest";
import type * as z from "zod";
import { changesInsight } from "../../src/domain/insights/changes.ts";
import { moversInsight } from "../../src/domain/insights/movers.ts";
import type { Figure } from "../../src/domain/insights/metrics.ts";
import { randomEvents, seeded } from "./generator.ts";
import { Recount, plusDays, sixDecimals, type Dates } from "./recount.ts";
import type { RawEvent } from "./rollups.ts";
import { withShop } from "./shop.ts";

type Changes = z.output<typeof changesInsight.output>;
type Counted = ReturnType<Recount["of"]>;

const numberOf = (figure: Figure): number => figure.money?.amount ?? figure.value!;

/** A range and one to compare with, anywhere in or around the events: adjacent, overlapping, of other lengths, far away. */
function randomComparison(random: () => number): { input: Record<string, string>; range: Dates; before: Dates } {
  const days = 1 + Math.floor(random() * 12);
  const date_from = plusDays("2019-10-18", Math.floor(random() * 25));
  const range = { date_from, date_to: plusDays(date_from, days - 1) };
  const kind = Math.floor(random() * 4);
  if (kind === 0) return { input: range, range, before: { date_from: plusDays(date_from, -days), date_to: plusDays(date_from, -1) } };
  const compare_from = plusDays("2019-10-10", Math.floor(random() * 30));
  const compare_to = plusDays(compare_from, kind === 1 ? days - 1 : Math.floor(random() * 12));
  const input = kind === 1 ? { ...range, compare_from } : { ...range, compare_from, compare_to };
  return { input, range, before: { date_from: compare_from, date_to: compare_to } };
}

/** What each factor's change did, by going through all orders in which the three could have changed. */
function effectsByOrder(now: Counted, past: Counted): number[] {
  const factors = (counted: Counted, other: Counted): number[] => {
    const conversion = counted.sessions > 0 ? counted.own_currency_orders / counted.sessions : other.own_currency_orders / other.sessions;
    const value = counted.own_currency_orders > 0 ? counted.gross / counted.own_currency_orders : other.gross / other.own_currency_orders;
    return [counted.sessions, conversion || 0, value || 0];
  };
  const [after, before] = [factors(now, past), factors(past, now)];
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ];
  const effects = [0, 0, 0];
  for (const order of orders) {
    const state = [...before];
    for (const factor of order) {
      const was = state[0]! * state[1]! * state[2]!;
      state[factor] = after[factor]!;
      effects[factor]! += (state[0]! * state[1]! * state[2]! - was) / orders.length;
    }
  }
  return effects;
}

describe.each([
  ["UTC", 11],
  ["Europe/Berlin", 12],
  ["Asia/Kolkata", 13],
  ["America/New_York", 14],
])("changes in %s", (time_zone, seed) => {
  // Over the change of clocks of October and November 2019.
  const events = randomEvents(seed, Date.UTC(2019, 9, 20), 25, 300);
  const count = new Recount(events, time_zone);
  const random = seeded(seed);
  const comparisons = Array.from({ length: 8 }, () => randomComparison(random));

  it("are between what a count over the raw events of both ranges gives", () =>
    withShop({ events, time_zone }, ({ call }) => {
      for (const { input, range, before } of comparisons) {
        const { metrics, range: told, previous_range } = call(changesInsight, input);
        expect([told, previous_range]).toMatchObject([range, before]);
        const [now, past] = [count.of(range), count.of(before)];
        for (const metric of ["interactions", "sessions", "visitors", "orders", "revenue"] as const) {
          const shown = metrics.find((one) => one.metric === metric)!;
          expect([metric, numberOf(shown.current), numberOf(shown.previous), numberOf(shown.difference)]).toEqual([
            metric,
            now[metric],
            past[metric],
            now[metric] - past[metric],
          ]);
          expect(shown.change).toBe(past[metric] === 0 ? null : sixDecimals((now[metric] - past[metric]) / Math.abs(past[metric])));
        }
      }
    }));

  it("in revenue are split into factors whose effects add up to the minor unit", () =>
    withShop({ events, time_zone }, ({ call }) => {
      let split = 0;
      for (const { input, range, before } of comparisons) {
        const [now, past] = [count.of(range), count.of(before)];
        const { revenue_change } = call(changesInsight, input);
        if ([now, past].some(({ sessions, own_currency_orders }) => sessions === 0 && own_currency_orders > 0)) {
          expect(revenue_change).toBeNull();
          continue;
        }
        const { difference, parts } = revenue_change!;
        expect(difference).toEqual({ amount: now.revenue - past.revenue, currency: "USD" });
        expect(parts.map(({ factor }) => factor)).toEqual(["sessions", "conversion", "order_value", "refunds"]);
        const effects = parts.map(({ effect }) => effect.amount);
        expect(effects.every(Number.isSafeInteger)).toBe(true);
        expect(effects.reduce((sum, effect) => sum + effect, 0)).toBe(now.revenue - past.revenue);
        effectsByOrder(now, past).forEach((effect, index) => expect(Math.abs(effects[index]! - effect)).toBeLessThanOrEqual(2));
        expect(effects[3]).toBe(past.refunded - now.refunded);
        split++;
      }
      expect(split).toBeGreaterThan(3);
    }));

  const VALUE_OF = {
    source: (event: RawEvent) => event.source!,
    campaign: (event: RawEvent) => event.campaign!,
    event: (event: RawEvent) => event.type,
  };
  const keysOf = (value: (event: RawEvent) => string): string[] => [...new Set(events.map(value))];

  it("have drivers that are exact and, with the others, add up", () =>
    withShop({ events, time_zone }, ({ call }) => {
      for (const { input, range, before } of comparisons) {
        const { drivers } = call(changesInsight, { ...input, limit: 2 });
        for (const { dimension, metric, total, drivers: listed, others } of drivers) {
          const sides = [...listed, ...(others ? [others] : [])];
          for (const side of ["current", "previous", "difference"] as const)
            expect(sides.reduce((sum, one) => sum + numberOf(one[side]), 0)).toBe(numberOf(total[side]));
          const whole = numberOf(total.difference);
          for (const one of sides) expect(one.share).toBe(whole === 0 ? null : sixDecimals(numberOf(one.difference) / whole) + 0);
          const sizes = listed.map(({ difference }) => Math.abs(numberOf(difference)));
          expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
          if (dimension === "friction") continue;
          const figure =
            dimension === "product" && metric === "revenue" ? "item_revenue" : (metric as "revenue" | "sessions" | "views" | "interactions");
          const values = dimension === "product" ? keysOf((event) => event.product ?? "").filter(Boolean) : keysOf(VALUE_OF[dimension]);
          const isOf = (event: RawEvent, value: string): boolean =>
            dimension === "product" ? event.product === value : VALUE_OF[dimension](event) === value;
          const expected = new Map(
            values.map((value) => [
              value,
              { now: count.of(range, (event) => isOf(event, value)), past: count.of(before, (event) => isOf(event, value)) },
            ]),
          );
          for (const driver of listed) {
            const { now, past } = expected.get(driver.product?.external_id ?? driver.key ?? "")!;
            expect([numberOf(driver.current), numberOf(driver.previous)]).toEqual([now[figure], past[figure]]);
            if (dimension !== "product") expect(driver.presence).toBe(past.interactions === 0 ? "new" : now.interactions === 0 ? "vanished" : "both");
          }
          const smallest = sizes.at(-1) ?? 0;
          const beyond = [...expected].filter(([value]) => !listed.some(({ key, product }) => (product?.external_id ?? key ?? "") === value));
          for (const [, { now, past }] of beyond) expect(Math.abs(now[figure] - past[figure])).toBeLessThanOrEqual(listed.length < 2 ? 0 : smallest);
        }
      }
    }));

  it("can be paged through, each mover once, in order and by direction", () =>
    withShop({ events, time_zone }, ({ call }) => {
      for (const { input, range, before } of comparisons) {
        for (const metric of ["views", "carts", "purchases", "revenue"] as const) {
          const expected = keysOf((event) => event.product ?? "")
            .filter(Boolean)
            .map((product) => {
              const [now, past] = [range, before].map((dates) => count.of(dates, (event) => event.product === product)) as [Counted, Counted];
              const figure = metric === "revenue" ? "item_revenue" : metric;
              return { product, now: now[figure], past: past[figure] };
            });
          for (const direction of ["up", "down", "both"] as const) {
            const found = new Map<string, [number, number]>();
            const sizes: number[] = [];
            for (let offset: number | null = 0; offset !== null;) {
              const page: z.output<typeof moversInsight.output> = call(moversInsight, { ...input, metric, direction, limit: 5, offset });
              page.movers.forEach(({ rank, product, current, previous, difference }, index) => {
                expect(rank).toBe(offset! + index + 1);
                found.set(product!.external_id!, [numberOf(current), numberOf(previous)]);
                sizes.push(Math.abs(numberOf(difference)));
              });
              expect(page.total).toMatchObject({
                current: expect.toSatisfy((figure: Figure) => numberOf(figure) === expected.reduce((sum, { now }) => sum + now, 0)),
                previous: expect.toSatisfy((figure: Figure) => numberOf(figure) === expected.reduce((sum, { past }) => sum + past, 0)),
              });
              offset = page.next_offset;
            }
            const moved = expected.filter(({ now, past }) => (direction === "up" ? now > past : direction === "down" ? now < past : now !== past));
            expect(sizes).toHaveLength(moved.length);
            expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
            expect(found).toEqual(new Map(moved.map(({ product, now, past }) => [product, [now, past]])));
          }
        }
      }
    }));

  it("are told in sentences that have the figures in them, the same every time", () =>
    withShop({ events, time_zone }, ({ call }) => {
      for (const { input } of comparisons) {
        const { computed_at: _at, ...first }: Changes = call(changesInsight, input);
        const { computed_at: _again, ...second } = call(changesInsight, input);
        expect(second).toEqual(first);
        expect(first.findings.length).toBeLessThanOrEqual(8);
        for (const sentence of first.findings) expect(sentence).toMatch(/^[A-Z].*\d.*\.$/);
        expect(new Set(first.findings).size).toBe(first.findings.length);
      }
    }));
});
