import type { ExecuteResult } from "../domain/execute.ts";
import type { LimitState } from "../domain/rate_limit.ts";

/** How long at most the edge refuses by memory, so that a raised limit or a new key state is noticed soon. */
const REMEMBER_MAX_MS = 15_000;
const REMEMBERED_KEYS_MAX = 10_000;

interface Exhausted {
  until_ms: number;
  limit: LimitState;
}

/** Keys whose bucket is empty, so that their requests are refused here and wake no actor. */
export class ExhaustedKeys {
  private readonly keys = new Map<string, Exhausted>();

  /** Notes a refusal that no request of any cost could escape. */
  note(key_id: string, result: ExecuteResult, now_ms: number): void {
    if (!result.limit?.exhausted || result.retry_after_s === null) return;
    if (this.keys.size >= REMEMBERED_KEYS_MAX) this.keys.clear();
    this.keys.set(key_id, { until_ms: now_ms + Math.min(REMEMBER_MAX_MS, result.retry_after_s * 1_000), limit: result.limit });
  }

  /** The refusal for this key, if it is still known to be exhausted. */
  refusal(key_id: string, calls: number, now_ms: number): ExecuteResult | null {
    const known = this.keys.get(key_id);
    if (!known) return null;
    if (known.until_ms <= now_ms) {
      this.keys.delete(key_id);
      return null;
    }
    const retry_after_s = Math.ceil((known.until_ms - now_ms) / 1_000);
    const failure = {
      code: "RATE_LIMITED" as const,
      message: `Request budget used up; retry in ${retry_after_s} seconds`,
      details: { retry_after_s },
    };
    return {
      outcomes: Array.from({ length: calls }, () => ({ ok: false, failure })),
      limit: known.limit,
      retry_after_s,
      rows_read: 0,
      rows_written: 0,
    };
  }
}
