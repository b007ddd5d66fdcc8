import { describe, expect, it } from "vitest";
import { BoundedCache } from "../../src/protocols/bounded_cache.ts";

describe("a bounded cache", () => {
  it("forgets what was used longest ago when it has too many entries or bytes", () => {
    const cache = new BoundedCache<number>(3, 100);
    for (const key of ["a", "b", "c"]) cache.set(key, 1, 10);
    cache.get("a");
    cache.set("d", 1, 10);
    expect(["a", "b", "c", "d"].map((key) => cache.get(key))).toEqual([1, undefined, 1, 1]);
    cache.set("large", 1, 90);
    expect(["a", "c", "d", "large"].map((key) => cache.get(key))).toEqual([undefined, undefined, 1, 1]);
    cache.set("too large", 1, 101);
    expect(["d", "large", "too large"].map((key) => cache.get(key))).toEqual([undefined, undefined, undefined]);
    cache.set("e", 1, 100);
    cache.set("e", 2, 100);
    expect(cache.get("e")).toBe(2);
  });
});
