import { describe, expect, it } from "vitest";
import { describe as describeBucket, EMPTY_BUCKET, remaining, retryAfter, settle, spend, type Bucket } from "../../src/domain/rate_limit.ts";
import type { RateLimits } from "../../src/domain/tiers.ts";
import { DAY_MS, MINUTE_MS } from "../../src/domain/time.ts";

const NOON = Date.UTC(2026, 10, 1, 12);

/** A repeatable stream of numbers in [0, 1) (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function charge(bucket: Bucket, limits: RateLimits, cost: number, at_ms: number): { bucket: Bucket; admitted: boolean; now_ms: number } {
  const settled = settle(bucket, at_ms);
  const admitted = cost <= remaining(settled.bucket, limits);
  return { bucket: admitted ? spend(settled.bucket, cost, settled.now_ms) : settled.bucket, admitted, now_ms: settled.now_ms };
}

describe("a bucket", () => {
  it.each([1, 2, 3, 4, 5])("never admits more than its limits in any 60 seconds and any UTC day (run %i)", (seed) => {
    const random = randomNumbers(seed);
    const limits = { per_minute: 20, per_day: 900 };
    const admitted: { at_ms: number; cost: number }[] = [];
    let bucket = EMPTY_BUCKET;
    let now_ms = NOON + 11 * 3_600_000;
    for (let step = 0; step < 4_000; step++) {
      now_ms += Math.floor(random() * 3_000);
      const cost = random() < 0.1 ? 7 : 1;
      const result = charge(bucket, limits, cost, now_ms);
      bucket = result.bucket;
      if (result.admitted) admitted.push({ at_ms: now_ms, cost });
    }
    let fullest = 0;
    const per_day = new Map<number, number>();
    for (const [index, { at_ms, cost }] of admitted.entries()) {
      let sum = 0;
      for (let other = index; other >= 0 && admitted[other]!.at_ms > at_ms - MINUTE_MS; other--) sum += admitted[other]!.cost;
      fullest = Math.max(fullest, sum);
      const day = Math.floor(at_ms / DAY_MS);
      per_day.set(day, (per_day.get(day) ?? 0) + cost);
    }
    expect(fullest).toBeLessThanOrEqual(20);
    expect(fullest).toBeGreaterThan(15);
    expect(Math.max(...per_day.values())).toBe(900);
  });

  it.each([11, 12, 13])("admits a refused charge after the wait it named (run %i)", (seed) => {
    const random = randomNumbers(seed);
    const limits = { per_minute: 12, per_day: 400 };
    let bucket = EMPTY_BUCKET;
    let now_ms = NOON;
    let refusals = 0;
    for (let step = 0; step < 3_000; step++) {
      now_ms += Math.floor(random() * 2_000);
      const cost = 1 + Math.floor(random() * 4);
      const result = charge(bucket, limits, cost, now_ms);
      bucket = result.bucket;
      if (result.admitted) continue;
      refusals++;
      const wait_s = retryAfter(bucket, limits, cost, result.now_ms)!;
      expect(charge(bucket, limits, cost, now_ms + wait_s * 1_000).admitted).toBe(true);
      if (wait_s > 1) expect(charge(bucket, limits, cost, now_ms + (wait_s - 1) * 1_000).admitted).toBe(false);
    }
    expect(refusals).toBeGreaterThan(100);
  });

  it("names no wait for a charge that it can never admit", () => {
    expect(retryAfter(EMPTY_BUCKET, { per_minute: 5, per_day: null }, 6, NOON)).toBeNull();
    expect(retryAfter(EMPTY_BUCKET, { per_minute: null, per_day: 5 }, 6, NOON)).toBeNull();
    expect(retryAfter(EMPTY_BUCKET, { per_minute: 5, per_day: 5 }, 5, NOON)).toBe(1);
  });

  it("frees nothing when the clock steps back, not even over midnight", () => {
    const limits = { per_minute: 3, per_day: 3 };
    const midnight = NOON + DAY_MS / 2;
    const full = charge(EMPTY_BUCKET, limits, 3, midnight + 10).bucket;
    for (const step_ms of [1, 20, 5_000, 61_000, DAY_MS]) {
      expect(charge(full, limits, 1, midnight + 10 - step_ms).admitted).toBe(false);
      expect(charge(full, { per_minute: null, per_day: 3 }, 1, midnight + 10 - step_ms).admitted).toBe(false);
      expect(charge(full, { per_minute: 3, per_day: null }, 1, midnight + 10 - step_ms).admitted).toBe(false);
    }
  });

  it("starts its day at midnight UTC while the minute slides on", () => {
    const limits = { per_minute: 4, per_day: 4 };
    const midnight = NOON + DAY_MS / 2;
    const full = charge(EMPTY_BUCKET, limits, 4, midnight - 1_000).bucket;
    const after = settle(full, midnight);
    expect(describeBucket(after.bucket, limits, after.now_ms)).toEqual({
      minute: { limit: 4, remaining: 0, reset_s: 59 },
      day: { limit: 4, remaining: 4, reset_s: 86_400 },
      exhausted: true,
    });
    expect(charge(full, limits, 4, midnight + 59_000).admitted).toBe(true);
  });
});
