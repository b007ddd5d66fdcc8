import { describe, expect, it } from "vitest";
import { anomaliesInsight } from "../../src/domain/insights/anomalies.ts";
import { normalTails, studentTails } from "../../src/domain/insights/figures/chance.ts";
import { DAY_MS } from "../../src/domain/time.ts";
import { seeded } from "./generator.ts";
import { plusDays } from "./recount.ts";
import type { RawEvent } from "./rollups.ts";
import { withShop } from "./shop.ts";

const day0 = Date.UTC(2019, 9, 7);
/** One session of one event for each visitor of a day. */
const steady = (perDay: (day: number) => number, days: number): RawEvent[] =>
  Array.from({ length: days }, (_, day) =>
    Array.from({ length: perDay(day) }, (_unused, index): RawEvent => ({
      at_ms: day0 + day * DAY_MS + index * 1_000,
      type: "view_item",
      session: `s${day}-${index}`,
      visitor: `v${index}`,
    })),
  ).flat();
/** So many sessions a day, the first so many of which buy. */
const selling = (days: number, perDay: (day: number) => [sessions: number, buying: number]): RawEvent[] =>
  Array.from({ length: days }, (_, day) => {
    const [sessions, buying] = perDay(day);
    return Array.from({ length: sessions }, (_unused, index): RawEvent => {
      const name = `${day}-${index}`;
      const event = { at_ms: day0 + day * DAY_MS + index * 1_000, session: name, visitor: name };
      return index < buying ? { ...event, type: "purchase", transaction: name, value: 1_000 } : { ...event, type: "page_view" };
    });
  }).flat();
const dateOf = (day: number): string => plusDays("2019-10-07", day);

describe("unusual days", () => {
  it("are found against the same weekday, with the figures behind the verdict", () =>
    withShop({ events: steady((day) => (day === 63 ? 140 : day % 7 === 0 ? 20 + ((day / 7) % 3) * 30 : 5), 70) }, ({ call }) => {
      const { anomalies, days_checked } = call(anomaliesInsight, { date_from: "2019-12-01", date_to: "2019-12-15", metrics: ["sessions"] });
      expect(days_checked).toBe(15);
      const values = Array.from({ length: 8 }, (_, index) => 20 + ((8 - index) % 3) * 30);
      const mean = values.reduce((sum, value) => sum + value, 0) / 8;
      const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 7);
      expect(anomalies).toHaveLength(1);
      expect(anomalies[0]).toMatchObject({ date: "2019-12-09", direction: "above", observed: { value: 140 }, expected: { value: mean } });
      expect(anomalies[0]!.z).toBeCloseTo((140 - mean) / deviation, 5);
      expect(anomalies[0]!.baseline.map(({ observed }) => observed.value)).toEqual(values);
    }));

  it("are never judged by less than chance: a steady ten is no yardstick for a two", () =>
    withShop({ events: steady((day) => (day === 63 ? 2 : day === 64 ? 0 : 10), 71) }, ({ call }) => {
      const found = call(anomaliesInsight, { date_from: "2019-12-09", date_to: "2019-12-10", metrics: ["sessions"] }).anomalies;
      // (2 − 10) / √10 is within three deviations, (0 − 10) / √10 is not.
      expect(found).toMatchObject([{ date: "2019-12-10", direction: "below", standard_deviation: { value: 3.162278 }, z: -3.162278 }]);
    }));

  it("in conversion are judged by the sessions of the day", () =>
    // Always a fifth; then 15 of 111, which that many sessions easily come to by chance, and none of 111, which they do not.
    withShop({ events: selling(72, (day) => (day === 63 ? [111, 15] : day === 64 ? [111, 0] : [100, 20])) }, ({ call }) => {
      const found = call(anomaliesInsight, { date_from: dateOf(63), date_to: dateOf(64), metrics: ["conversion_rate"] }).anomalies;
      const share = 161 / 802;
      const deviation = Math.sqrt((share * (1 - share)) / 111);
      expect(found).toHaveLength(1);
      expect(found[0]).toMatchObject({ date: dateOf(64), direction: "below", observed: { value: 0 }, may_be_chance: false });
      expect(found[0]!.z).toBeCloseTo(-0.2 / deviation, 4);
    }));

  it("in revenue are judged by as many orders of average value", () =>
    withShop({ events: selling(64, (day) => (day === 63 ? [100, 40] : [100, 16])) }, ({ call }) => {
      const [revenue] = call(anomaliesInsight, { date_from: dateOf(63), date_to: dateOf(63), metrics: ["revenue"] }).anomalies;
      expect(revenue).toMatchObject({ expected: { money: { amount: 16_000 } }, standard_deviation: { money: { amount: 4_000 } }, z: 6 });
    }));

  it("are not judged by days before the tracking ran, nor does one old event make history of them", () =>
    withShop({ events: [...steady((day) => (day === 0 || day >= 42 ? 20 : 0), 70)] }, ({ call }) => {
      expect(call(anomaliesInsight, { date_from: dateOf(35), date_to: dateOf(69) })).toMatchObject({ days_checked: 0, anomalies: [] });
    }));

  it("are judged by a day without data in the midst of others, which was an outage or closed", () =>
    withShop({ events: steady((day) => (day % 7 === 6 || day === 66 ? 0 : 20), 70) }, ({ call }) => {
      const { anomalies, days_checked } = call(anomaliesInsight, { date_from: dateOf(56), date_to: dateOf(69), metrics: ["sessions"] });
      expect(days_checked).toBe(14);
      expect(anomalies).toMatchObject([{ date: dateOf(66), direction: "below", may_be_chance: false }]);
    }));

  it("say what chance alone would show among so many", () => {
    const random = seeded(77);
    const poisson = (mean: number): number => {
      let [count, product] = [0, random()];
      for (const limit = Math.exp(-mean); product > limit; product *= random()) count++;
      return count;
    };
    const events = steady((day) => (day === 330 ? 60 : poisson(20)), 340);
    return withShop({ events, now_ms: Date.UTC(2021, 0, 1) }, ({ call }) => {
      const { anomalies } = call(anomaliesInsight, { date_from: dateOf(60), date_to: dateOf(339), metrics: ["sessions"] });
      expect(anomalies.length).toBeGreaterThan(1);
      expect(anomalies.filter(({ may_be_chance }) => !may_be_chance).map(({ date }) => date)).toEqual([dateOf(330)]);
    });
  });

  it("are never today, which is not over, nor days with less than four weeks of history", () =>
    withShop({ events: steady((day) => (day % 2 === 0 ? 10 : 11), 70), now_ms: Date.UTC(2019, 9, 20, 12) }, ({ call }) => {
      expect(call(anomaliesInsight, { date_from: "2019-10-07", date_to: "2019-12-15" })).toMatchObject({ days_checked: 0 });
    }));
});

describe("the probability of a departure by chance", () => {
  it.each([
    [1.959964, 0.05],
    [2.575829, 0.01],
    [0, 1],
  ])("beyond %s of a standard normal is %s", (z, expected) => expect(normalTails(z)).toBeCloseTo(expected, 6));

  // Tables of Student's t, two-sided.
  it.each([
    [12.706, 1, 0.05],
    [4.303, 2, 0.05],
    [3.182, 3, 0.05],
    [2.776, 4, 0.05],
    [2.447, 6, 0.05],
    [2.365, 7, 0.05],
    [5.408, 7, 0.001],
  ])("beyond %s of t with %i degrees of freedom is %s", (t, degrees, expected) => expect(studentTails(t, degrees)).toBeCloseTo(expected, 4));
});
