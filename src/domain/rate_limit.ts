import type { RateLimits } from "./tiers.ts";
import { DAY_MS, MINUTE_MS } from "./time.ts";

/** One window of a bucket, as clients see it. */
export interface WindowState {
  limit: number;
  remaining: number;
  /** Seconds until use begins to leave the window. */
  reset_s: number;
}

export interface LimitState {
  /** Null where the credential has no bound per minute. */
  minute: WindowState | null;
  day: WindowState | null;
  /** Not even the cheapest call would be admitted now. */
  exhausted: boolean;
}

/** What a bucket remembers. The minute window slides: charges of one second share a slot and leave it 60 s after the slot's last charge. */
export interface Bucket {
  slots: [last_ms: number, cost: number][];
  /** UTC day number of `day_used`. */
  day: number;
  day_used: number;
}

export const EMPTY_BUCKET: Bucket = { slots: [], day: 0, day_used: 0 };

/** Drops what has left the windows. A clock that steps back frees nothing: the newest time seen counts as now. */
export function settle(bucket: Bucket, now_ms: number): { bucket: Bucket; now_ms: number } {
  const now = Math.max(now_ms, bucket.slots.at(-1)?.[0] ?? 0, bucket.day * DAY_MS);
  const day = Math.floor(now / DAY_MS);
  const slots = bucket.slots.filter(([last_ms]) => last_ms > now - MINUTE_MS);
  return { bucket: { slots, day, day_used: day === bucket.day ? bucket.day_used : 0 }, now_ms: now };
}

/** Adds a charge to a settled bucket. */
export function spend(bucket: Bucket, cost: number, now_ms: number): Bucket {
  const slots = bucket.slots.slice();
  const last = slots.at(-1);
  if (last && Math.floor(last[0] / 1_000) === Math.floor(now_ms / 1_000)) slots[slots.length - 1] = [now_ms, last[1] + cost];
  else slots.push([now_ms, cost]);
  return { ...bucket, slots, day_used: bucket.day_used + cost };
}

/** How much a settled bucket still admits; Infinity where nothing bounds it. */
export function remaining(bucket: Bucket, limits: RateLimits): number {
  const minute = limits.per_minute === null ? Infinity : limits.per_minute - used(bucket);
  const day = limits.per_day === null ? Infinity : limits.per_day - bucket.day_used;
  return Math.max(0, Math.min(minute, day));
}

/** Seconds until a charge of `cost` could be admitted, at least 1; null when it is more than a window ever admits. */
export function retryAfter(bucket: Bucket, limits: RateLimits, cost: number, now_ms: number): number | null {
  if (cost > remaining(EMPTY_BUCKET, limits)) return null;
  let wait_ms = 0;
  if (limits.per_day !== null && bucket.day_used + cost > limits.per_day) wait_ms = (bucket.day + 1) * DAY_MS - now_ms;
  if (limits.per_minute !== null) {
    let excess = used(bucket) + cost - limits.per_minute;
    for (const [last_ms, slot_cost] of bucket.slots) {
      if (excess <= 0) break;
      excess -= slot_cost;
      wait_ms = Math.max(wait_ms, last_ms + MINUTE_MS - now_ms);
    }
  }
  return Math.max(1, Math.ceil(wait_ms / 1_000));
}

/** A settled bucket as clients see it. */
export function describe(bucket: Bucket, limits: RateLimits, now_ms: number): LimitState {
  const oldest = bucket.slots[0]?.[0] ?? now_ms;
  const minute =
    limits.per_minute === null
      ? null
      : {
          limit: limits.per_minute,
          remaining: Math.max(0, limits.per_minute - used(bucket)),
          reset_s: Math.ceil((oldest + MINUTE_MS - now_ms) / 1_000),
        };
  const day =
    limits.per_day === null
      ? null
      : {
          limit: limits.per_day,
          remaining: Math.max(0, limits.per_day - bucket.day_used),
          reset_s: Math.ceil(((bucket.day + 1) * DAY_MS - now_ms) / 1_000),
        };
  return { minute, day, exhausted: remaining(bucket, limits) < 1 };
}

function used(bucket: Bucket): number {
  return bucket.slots.reduce((sum, [, cost]) => sum + cost, 0);
}
