import { describe, expect, it } from "vitest";
import { listInsights } from "../../src/domain/insights/list.ts";
import { insightsSummary } from "../../src/domain/insights/summary.ts";
import { randomEvents } from "./generator.ts";
import type { RawEvent } from "./rollups.ts";
import { withShop } from "./shop.ts";

const october = { date_from: "2019-10-01", date_to: "2019-10-31" };

describe("generated insights", () => {
  const events = randomEvents(9, Date.UTC(2019, 8, 1), 60, 900);

  it("are the same for the same figures, and every recommendation names figures of its own insight", () =>
    withShop({ events }, ({ call }) => {
      const { insights } = call(listInsights, october);
      expect(insights.length).toBeGreaterThan(2);
      expect(call(listInsights, october).insights).toEqual(insights);
      expect(new Set(insights.map(({ id }) => id)).size).toBe(insights.length);
      for (const insight of insights) {
        const names = insight.metrics.map(({ name }) => name);
        expect(new Set(names).size).toBe(names.length);
        // Only a rule that tests for chance is confident; a count is what it is.
        expect([insight.type, insight.confidence === null]).toEqual([insight.type, !["conversion_change", "anomaly"].includes(insight.type)]);
        for (const { based_on } of insight.recommendations) for (const name of based_on) expect(names).toContain(name);
      }
      expect(call(insightsSummary, october).insights).toEqual(insights.slice(0, 10));
    }));

  it("can be filtered by severity and type", () =>
    withShop({ events }, ({ call }) => {
      const { insights } = call(listInsights, october);
      const [{ severity, type }] = insights as [(typeof insights)[number]];
      expect(call(listInsights, { ...october, severity: [severity] }).insights).toEqual(insights.filter((insight) => insight.severity === severity));
      expect(call(listInsights, { ...october, type: [type] }).insights).toEqual(insights.filter((insight) => insight.type === type));
    }));

  it("state a fall of revenue with both amounts", () => {
    const sale = (month: number, index: number): RawEvent => ({
      at_ms: Date.UTC(2019, month, 10, 12, index),
      type: "purchase",
      session: `s${month}-${index}`,
      visitor: "v",
      transaction: `t${month}-${index}`,
      value: 1_000,
    });
    const sales = [...Array.from({ length: 40 }, (_, index) => sale(8, index)), ...Array.from({ length: 10 }, (_, index) => sale(9, index))];
    return withShop({ events: sales }, ({ call }) => {
      const [insight] = call(listInsights, { ...october, type: ["revenue_change"] }).insights;
      expect(insight).toMatchObject({
        severity: "high",
        title: "Revenue fell by 75 %",
        description: "100.00 USD against 400.00 USD in the previous range; the number of orders moved most.",
      });
      expect(insight!.metrics[0]).toEqual({
        name: "revenue",
        value: null,
        money: { amount: 10_000, currency: "USD" },
        previous: { value: null, money: { amount: 40_000, currency: "USD" } },
      });
    });
  });
});
