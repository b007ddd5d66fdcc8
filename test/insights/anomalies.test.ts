import { describe, expect, it } from "vitest";
import { anomaliesInsight } from "../../src/domain/insights/anomalies.ts";
import { DAY_MS } from "../../src/domain/time.ts";
import type { RawEvent } from "./rollups.ts";
import { withShop } from "./shop.ts";

describe("unusual days", () => {
  const day0 = Date.UTC(2019, 9, 7);
  const steady = (perDay: (day: number) => number, days: number): RawEvent[] =>
    Array.from({ length: days }, (_, day) =>
      Array.from({ length: perDay(day) }, (_unused, index): RawEvent => ({
        at_ms: day0 + day * DAY_MS + index * 1_000,
        type: "view_item",
        session: `s${day}-${index}`,
        visitor: `v${index}`,
      })),
    ).flat();

  it("are found against the same weekday, with the figures behind the verdict", () =>
    withShop({ events: steady((day) => (day === 63 ? 60 : day % 7 === 0 ? 20 + ((day / 7) % 3) : 5), 70) }, ({ call }) => {
      const { anomalies, days_checked } = call(anomaliesInsight, { date_from: "2019-12-01", date_to: "2019-12-15", metrics: ["interactions"] });
      expect(days_checked).toBe(15);
      const values = [22, 21, 20, 22, 21, 20, 22, 21].toReversed().map((_, index) => 20 + ((8 - index) % 3));
      const mean = values.reduce((sum, value) => sum + value, 0) / 8;
      const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 7);
      expect(anomalies).toHaveLength(1);
      expect(anomalies[0]).toMatchObject({ date: "2019-12-09", direction: "above", observed: { value: 60 }, expected: { value: mean } });
      expect(anomalies[0]!.z).toBeCloseTo((60 - mean) / deviation, 5);
      expect(anomalies[0]!.baseline.map(({ observed }) => observed.value)).toEqual(values);
    }));

  it("are reported without a z when the baseline never varied", () =>
    withShop({ events: steady((day) => (day === 63 ? 2 : 10), 70) }, ({ call }) => {
      const found = call(anomaliesInsight, { date_from: "2019-12-09", date_to: "2019-12-09", metrics: ["sessions"] }).anomalies;
      expect(found).toMatchObject([{ direction: "below", z: null, standard_deviation: { value: 0 }, expected: { value: 10 } }]);
    }));

  it("are never today, which is not over, nor days with less than four weeks of history", () =>
    withShop({ events: steady((day) => (day % 2 === 0 ? 10 : 11), 70), now_ms: Date.UTC(2019, 9, 20, 12) }, ({ call }) => {
      expect(call(anomaliesInsight, { date_from: "2019-10-07", date_to: "2019-12-15" })).toMatchObject({ days_checked: 0 });
    }));
});
