import { describe, expect, it } from "vitest";
import type { SqlValue } from "../../src/domain/database.ts";
import { OperationError } from "../../src/domain/errors.ts";
import { anomaliesInsight } from "../../src/domain/insights/anomalies.ts";
import { startOfHourMs } from "../../src/domain/insights/buckets.ts";
import { cartAbandonmentInsight } from "../../src/domain/insights/cart_abandonment.ts";
import { frictionInsight } from "../../src/domain/insights/friction.ts";
import { funnelInsight } from "../../src/domain/insights/funnel.ts";
import { operations } from "../../src/domain/insights/index.ts";
import { listInsights } from "../../src/domain/insights/list.ts";
import { retentionInsight } from "../../src/domain/insights/retention.ts";
import { revenueInsight } from "../../src/domain/insights/revenue.ts";
import { insightsSummary } from "../../src/domain/insights/summary.ts";
import { timeseriesInsight } from "../../src/domain/insights/timeseries.ts";
import { DAY_MS, HOUR_MS } from "../../src/domain/time.ts";
import { randomEvents } from "./generator.ts";
import type { RawEvent } from "./rollups.ts";
import { withShop } from "./shop.ts";

const october = { date_from: "2019-10-01", date_to: "2019-10-31" };

function refusal(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    if (error instanceof OperationError) return error.toFailure();
    throw error;
  }
  return "accepted";
}

describe("a range without data", () => {
  it("gives null, never 0, for every ratio whose denominator is zero", () =>
    withShop({}, ({ call }) => {
      const summary = call(insightsSummary, october);
      expect(summary.totals.conversion_rate).toEqual({ value: null, previous: null, change: null });
      expect(summary.totals.cart_abandonment_rate).toEqual({ value: null, previous: null, change: null });
      expect(summary.totals.average_order_value).toEqual({ value: null, previous: null, change: null });
      expect(summary.totals.interactions).toEqual({ value: 0, previous: 0, change: null });
      expect(summary.coverage).toEqual({ from: null, to: null, complete: true });
      expect(summary).toMatchObject({ by_source: [], by_event: [], top_products: [], insights: [] });
      expect(call(funnelInsight, october).steps[1]).toMatchObject({ sessions: 0, rate_from_previous: null, rate_from_first: null });
      expect(call(cartAbandonmentInsight, october).abandonment_rate.value).toBeNull();
      expect(call(frictionInsight, october).total.per_100_sessions.value).toBeNull();
      expect(call(revenueInsight, october).total.average_order_value).toBeNull();
      expect(call(retentionInsight, october)).toMatchObject({ cohorts: [] });
      expect(call(anomaliesInsight, october)).toMatchObject({ days_checked: 0, anomalies: [] });
    }));

  it("still has every point of a series", () =>
    withShop({}, ({ call }) => {
      const { series } = call(timeseriesInsight, { ...october, interval: "hour" });
      expect(series).toHaveLength(1);
      expect(series[0]!.points).toHaveLength(31 * 24);
      expect(call(timeseriesInsight, { ...october, dimension: "source" }).series).toEqual([]);
    }));

  it("says when the figures are being rebuilt", () =>
    withShop({}, ({ call, db }) => {
      db.run("INSERT OR REPLACE INTO rollup_state (id, rebuilding) VALUES (1, 1)");
      expect(call(insightsSummary, october).coverage.complete).toBe(false);
    }));
});

describe("a range", () => {
  it("is the last 30 days in the organization's time zone where nothing is said", () =>
    withShop({ time_zone: "Asia/Kolkata", now_ms: Date.UTC(2020, 0, 1, 18, 45) }, ({ call }) => {
      expect(call(insightsSummary, {}).range).toEqual({ date_from: "2019-12-04", date_to: "2020-01-02", days: 30 });
      expect(call(insightsSummary, { date_to: "2019-10-31" }).range.date_from).toBe("2019-10-02");
      expect(call(insightsSummary, { date_from: "2019-12-31" }).range).toMatchObject({ date_to: "2020-01-02", days: 3 });
    }));

  it("is refused with the field and what is expected", () =>
    withShop({}, ({ call }) => {
      expect(refusal(() => call(insightsSummary, { date_from: "2019-10-02", date_to: "2019-10-01" }))).toMatchObject({
        code: "VALIDATION_ERROR",
        details: { field: "date_from" },
      });
      expect(refusal(() => call(insightsSummary, { date_from: "2000-01-01", date_to: "2019-10-01" }))).toMatchObject({
        details: { field: "date_from", expected: "at most 3700 days from date_from to date_to" },
      });
      expect(refusal(() => call(retentionInsight, { date_from: "2018-01-01", date_to: "2019-10-01" }))).toMatchObject({
        details: { field: "date_from" },
      });
      expect(refusal(() => call(insightsSummary, { date_from: "0001-01-01", date_to: "0001-01-02" }))).toMatchObject({
        details: { field: "date_from" },
      });
      expect(insightsSummary.input.safeParse({ date_from: "01.10.2019" }).error?.issues[0]).toMatchObject({
        path: ["date_from"],
        message: "ISO 8601 format",
      });
      expect(call(insightsSummary, { date_from: "2009-11-14", date_to: "2019-12-31" }).range.days).toBe(3700);
    }));

  it("bounds a series by its points and refuses what cannot be split", () =>
    withShop({}, ({ call }) => {
      const field = (input: Parameters<typeof call<typeof timeseriesInsight.input, typeof timeseriesInsight.output>>[1]) =>
        refusal(() => call(timeseriesInsight, input));
      expect(field({ date_from: "2015-01-01", date_to: "2019-12-31", interval: "hour" })).toMatchObject({ details: { field: "interval" } });
      expect(field({ ...october, metric: "visitors", interval: "hour" })).toMatchObject({ details: { field: "interval" } });
      expect(field({ ...october, metric: "visitors", dimension: "source" })).toMatchObject({
        details: { field: "dimension", expected: "none for visitors" },
      });
      expect(field({ ...october, metric: "sessions", dimension: "event" })).toMatchObject({ details: { field: "dimension" } });
      expect(refusal(() => call(funnelInsight, { ...october, steps: ["purchase", "view_item"] }))).toMatchObject({ details: { field: "steps" } });
      expect(refusal(() => call(funnelInsight, { ...october, steps: ["view_item", "view_item"] }))).toMatchObject({ details: { field: "steps" } });
    }));
});

describe("days on which the clock changes", () => {
  const hourly = (at_ms: number[]): RawEvent[] => at_ms.map((ms, index) => ({ at_ms: ms, type: "view_item", session: `s${index}`, visitor: "v" }));

  it("have 23 hours in spring: the skipped hour is no point", () =>
    withShop({ time_zone: "Europe/Berlin", events: hourly([Date.UTC(2019, 2, 31, 0, 30), Date.UTC(2019, 2, 31, 1, 30)]) }, ({ call }) => {
      const { points } = call(timeseriesInsight, { date_from: "2019-03-31", date_to: "2019-03-31", interval: "hour" }).series[0]!;
      expect(points).toHaveLength(23);
      expect(points.slice(1, 3)).toMatchObject([
        { label: "2019-03-31T01:00", starts_at: "2019-03-31T00:00:00.000Z", value: 1 },
        { label: "2019-03-31T03:00", starts_at: "2019-03-31T01:00:00.000Z", value: 1 },
      ]);
    }));

  it("have the repeated hour once in autumn, with both of its hours in it", () =>
    withShop({ time_zone: "Europe/Berlin", events: hourly([Date.UTC(2019, 9, 27, 0, 30), Date.UTC(2019, 9, 27, 1, 30)]) }, ({ call }) => {
      const { points } = call(timeseriesInsight, { date_from: "2019-10-27", date_to: "2019-10-27", interval: "hour" }).series[0]!;
      expect(points).toHaveLength(24);
      expect(points.slice(2, 4)).toMatchObject([
        { label: "2019-10-27T02:00", starts_at: "2019-10-27T00:00:00.000Z", value: 2 },
        { label: "2019-10-27T03:00", starts_at: "2019-10-27T02:00:00.000Z", value: 0 },
      ]);
    }));

  it("and zones off the full hour have the right beginnings", () => {
    const hour = Date.UTC(2019, 9, 1, 13) / HOUR_MS;
    expect(startOfHourMs(hour, "Asia/Kolkata")).toBe(Date.UTC(2019, 9, 1, 7, 30));
    expect(startOfHourMs(hour, "Asia/Kathmandu")).toBe(Date.UTC(2019, 9, 1, 7, 15));
    // Lord Howe puts the clock forward by half an hour at 02:00: the hour from 02:00 begins at 02:30.
    expect(startOfHourMs(Date.UTC(2019, 9, 6, 2) / HOUR_MS, "Australia/Lord_Howe")).toBe(Date.UTC(2019, 9, 5, 15, 30));
  });

  it("cut weeks and months at the range's ends, and say so", () =>
    withShop({}, ({ call }) => {
      const labels = (interval: "week" | "month", date_from: string, date_to: string) =>
        call(timeseriesInsight, { date_from, date_to, interval }).series[0]!.points.map(
          (point) => `${point.label}${point.partial ? " partial" : ""}`,
        );
      expect(labels("week", "2019-12-24", "2020-01-07")).toEqual(["2019-W52 partial", "2020-W01", "2020-W02 partial"]);
      expect(labels("month", "2019-12-24", "2020-02-29")).toEqual(["2019-12 partial", "2020-01", "2020-02"]);
    }));
});

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

describe("every insight", () => {
  it("answers its own examples", () =>
    withShop({ events: randomEvents(5, Date.UTC(2019, 8, 1), 60, 200) }, ({ answer }) => {
      for (const operation of operations) for (const { input } of operation.examples) expect(() => answer(operation, input)).not.toThrow();
    }));

  it("reads no rollup but by ranges of its primary key, and no interaction at all", () =>
    withShop({ events: randomEvents(6, Date.UTC(2019, 8, 1), 60, 100) }, ({ answer, db }) => {
      const statements = new Map<string, SqlValue[]>();
      const all = db.all.bind(db);
      db.all = (sql, ...params) => {
        statements.set(sql, params);
        return all(sql, ...params);
      };
      const one = db.one.bind(db);
      db.one = (sql, ...params) => {
        statements.set(sql, params);
        return one(sql, ...params);
      };
      for (const operation of operations) answer(operation, october);
      expect(statements.size).toBeGreaterThan(15);
      for (const [sql, params] of statements) {
        const plan = all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...params).map(({ detail }) => detail);
        expect(sql).not.toMatch(/(FROM|JOIN) (interactions|sessions|visitors|visitor_days|session_products|interaction_products)\b/);
        expect(plan.filter((step) => /^SCAN (rollup_|reference|product|first|second|again)/.test(step))).toEqual([]);
      }
    }));
});
