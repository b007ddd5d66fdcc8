import { BoundedMap } from "../domain/bounded_map.ts";
import type { Failure } from "../domain/errors.ts";
import type { LimitState } from "../domain/rate_limit.ts";

/** How long at most the edge refuses by memory, so that a raised limit or a new key state is noticed soon. */
const REMEMBER_MAX_MS = 15_000;
const REMEMBERED_KEYS_MAX = 10_000;

interface Exhausted {
  /** Until when this memory holds. */
  until_ms: number;
  /** When the bucket begins to admit again. */
  free_at_ms: number;
  limit: LimitState;
}

export interface Refusal {
  failure: Failure;
  limit: LimitState;
  retry_after_s: number;
}

/** Keys whose bucket is empty, so that their requests are refused here and wake no actor. */
export class ExhaustedKeys {
  private readonly keys = new BoundedMap<string, Exhausted>(REMEMBERED_KEYS_MAX);

  /** Notes a key from whose bucket no request of any cost could take now. */
  note(key_id: string, result: { limit: LimitState | null }, now_ms: number): void {
    if (!result.limit?.exhausted) return;
    // Not the refused request's own wait: a cheaper one may be admitted before.
    const resets_s = [result.limit.minute, result.limit.day].map((window) => (window && window.remaining < 1 ? window.reset_s : 0));
    const free_at_ms = now_ms + Math.max(...resets_s) * 1_000;
    this.keys.set(key_id, { until_ms: Math.min(now_ms + REMEMBER_MAX_MS, free_at_ms), free_at_ms, limit: result.limit });
  }

  /** The refusal for this key, if it is still known to be exhausted. */
  refusal(key_id: string, now_ms: number): Refusal | null {
    const known = this.keys.get(key_id);
    if (!known) return null;
    if (known.until_ms <= now_ms) {
      this.keys.delete(key_id);
      return null;
    }
    const retry_after_s = Math.ceil((known.free_at_ms - now_ms) / 1_000);
    return {
      failure: { code: "RATE_LIMITED", message: `Request budget used up; retry in ${retry_after_s} seconds`, details: { retry_after_s } },
      limit: known.limit,
      retry_after_s,
    };
  }
}
