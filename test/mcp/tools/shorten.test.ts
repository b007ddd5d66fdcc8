import { describe, expect, it } from "vitest";
import { bytesOf, shorten } from "../../../src/protocols/mcp/shorten.ts";

describe("a result that is too long", () => {
  it("is left as it is where it fits", () => {
    const value = { data: [1, 2, 3] };
    expect(shorten(value, 100)).toEqual([]);
    expect(value).toEqual({ data: [1, 2, 3] });
  });

  it("keeps the beginning of its longest list, as much as fits, and says how many there were", () => {
    const value = { title: "x", data: Array.from({ length: 500 }, (_, index) => ({ index })), few: [1, 2] };
    const [shortened, ...more] = shorten(value, 2_000);
    expect(more).toEqual([]);
    expect(shortened).toEqual({ path: "data", shown: value.data.length, total: 500 });
    expect(value.data[0]).toEqual({ index: 0 });
    expect(value.few).toEqual([1, 2]);
    expect(bytesOf(value)).toBeLessThanOrEqual(2_000);
    expect(bytesOf(value)).toBeGreaterThan(1_500);
  });

  it("shortens lists at the same place alike: every series keeps its points from the start", () => {
    const points = () => Array.from({ length: 300 }, (_, value) => ({ value }));
    const value = { series: [{ points: points() }, { points: points() }, { points: points() }] };
    const shortened = shorten(value, 5_000);
    expect(shortened.map(({ path, total }) => [path, total])).toEqual([["series[].points", 300]]);
    expect(new Set(value.series.map((each) => each.points.length)).size).toBe(1);
    expect(value.series).toHaveLength(3);
    expect(bytesOf(value)).toBeLessThanOrEqual(5_000);
  });

  it("keeps the newest of what is in the order of time", () => {
    const value = { points: Array.from({ length: 365 }, (_, day) => ({ date: new Date(day * 86_400_000).toISOString().slice(0, 10), value: day })) };
    expect(shorten(value, 2_000)).toMatchObject([{ path: "points", total: 365 }]);
    expect(value.points.at(-1)!.value).toBe(364);
    expect(value.points[0]!.value).toBeGreaterThan(200);
  });

  it("counts bytes, not characters", () => {
    const value = { data: Array.from({ length: 100 }, () => "ü€𝄞".repeat(10)) };
    shorten(value, 3_000);
    expect(new TextEncoder().encode(JSON.stringify(value)).length).toBeLessThanOrEqual(3_000);
  });

  it("cuts long texts where lists are not what is long", () => {
    const value = { query: "x".repeat(100_000), things: [{ text: "y".repeat(50_000) }] };
    expect(shorten(value, 10_000)).toEqual([]);
    expect(bytesOf(value)).toBeLessThanOrEqual(10_000);
    expect(value.query.endsWith("…")).toBe(true);
  });
});
