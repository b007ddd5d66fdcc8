import { describe, expect, it } from "vitest";
import { OperationError } from "../../src/domain/errors.ts";
import { anomaliesInsight } from "../../src/domain/insights/anomalies.ts";
import { startOfHourMs } from "../../src/domain/insights/buckets.ts";
import { cartAbandonmentInsight } from "../../src/domain/insights/cart_abandonment.ts";
import { frictionInsight } from "../../src/domain/insights/friction.ts";
import { funnelInsight } from "../../src/domain/insights/funnel.ts";
import { retentionInsight } from "../../src/domain/insights/retention.ts";
import { revenueInsight } from "../../src/domain/insights/revenue.ts";
import { insightsSummary } from "../../src/domain/insights/summary.ts";
import { timeseriesInsight } from "../../src/domain/insights/timeseries.ts";
import { HOUR_MS } from "../../src/domain/time.ts";
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
      expect(summary.coverage).toEqual({ from: null, to: null, complete: false, days_to_come: 0, rebuilding: false });
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
    withShop({ events: [{ at_ms: Date.UTC(2019, 9, 5), type: "page_view", session: "s", visitor: "v" }] }, ({ call, db }) => {
      expect(call(insightsSummary, october).coverage).toMatchObject({ from: "2019-10-05", complete: true, rebuilding: false });
      db.run("INSERT OR REPLACE INTO rollup_state (id, rebuilding) VALUES (1, 1)");
      expect(call(insightsSummary, october).coverage).toMatchObject({ complete: false, rebuilding: true });
    }));

  it("is not complete while it is not over, and says how many of its days are to come", () =>
    withShop(
      { events: [{ at_ms: Date.UTC(2019, 9, 5), type: "page_view", session: "s", visitor: "v" }], now_ms: Date.UTC(2019, 9, 5, 12) },
      ({ call }) => {
        const coverage = (date_from: string, date_to: string) => call(insightsSummary, { date_from, date_to }).coverage;
        expect(coverage("2019-10-01", "2019-10-05")).toMatchObject({ complete: false, days_to_come: 0 });
        expect(coverage("2019-10-01", "2019-10-31")).toMatchObject({ complete: false, days_to_come: 26 });
        expect(coverage("2020-01-01", "2020-01-31")).toEqual({ from: null, to: null, complete: false, days_to_come: 31, rebuilding: false });
      },
    ));
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
