import { upsertSql, type Database } from "../../domain/database.ts";
import { describe, EMPTY_BUCKET, remaining, retryAfter, settle, spend, type Bucket, type LimitState } from "../../domain/rate_limit.ts";
import type { RateLimits } from "../../domain/tiers.ts";

/** How long after a charge the exact state is written back. */
const WRITE_BACK_MS = 1_000;

const UPSERT = upsertSql("rate_limit_buckets", ["credential", "state", "updated_at"]);

interface Held {
  bucket: Bucket;
  /** Charges that storage already counts as spent and that were not used yet. */
  reserved: number;
}

interface Stored extends Bucket {
  reserved: number;
}

/**
 * One bucket per credential. Before memory admits, storage already holds the charge: a block is reserved at a time, so that a read does not cost
 * a disk sync, and what a crash leaves unused of a block counts as spent. So no crash or eviction admits one call too many. A second after the last charge
 * the exact state is written back, so that a quiet actor loses nothing by sleeping.
 */
export class RateLimiter {
  private readonly held = new Map<string, Held>();
  private readonly dirty = new Set<string>();
  private writing_back = false;

  constructor(
    private readonly db: Database,
    private readonly now: () => number,
    private readonly defer: (work: () => void, delay_ms: number) => void,
  ) {}

  /** Takes `cost` from the bucket, all or nothing. A refusal takes nothing. */
  charge(credential: string, limits: RateLimits, cost: number): { admitted: boolean; state: LimitState; retry_after_s: number | null } {
    if (limits.per_minute === null && limits.per_day === null)
      return { admitted: true, state: describe(EMPTY_BUCKET, limits, this.now()), retry_after_s: null };
    const held = this.hold(credential);
    const settled = settle(held.bucket, this.now());
    held.bucket = settled.bucket;
    const left = remaining(held.bucket, limits);
    if (cost > left) {
      return {
        admitted: false,
        state: describe(held.bucket, limits, settled.now_ms),
        retry_after_s: retryAfter(held.bucket, limits, cost, settled.now_ms),
      };
    }
    if (cost > held.reserved) this.reserve(credential, held, Math.min(left, cost + blockOf(limits)));
    held.reserved -= cost;
    held.bucket = spend(held.bucket, cost, settled.now_ms);
    this.dirty.add(credential);
    this.writeBackLater();
    return { admitted: true, state: describe(held.bucket, limits, settled.now_ms), retry_after_s: null };
  }

  /** The bucket as it is, without a charge. */
  peek(credential: string, limits: RateLimits): LimitState {
    const settled = settle(this.hold(credential).bucket, this.now());
    return describe(settled.bucket, limits, settled.now_ms);
  }

  /** Writes every changed bucket's exact state; free inside a transaction that writes anyway. */
  flush(): void {
    for (const credential of this.dirty) {
      const held = this.held.get(credential)!;
      held.reserved = 0;
      this.store(credential, held);
    }
    this.dirty.clear();
  }

  /** Forgets buckets that hold nothing any more. */
  prune(before_ms: number): void {
    this.flush();
    this.held.clear();
    this.db.run("DELETE FROM rate_limit_buckets WHERE updated_at < ?", before_ms);
  }

  private hold(credential: string): Held {
    let held = this.held.get(credential);
    if (!held) {
      const row = this.db.one<{ state: string }>("SELECT state FROM rate_limit_buckets WHERE credential = ?", credential);
      held = { bucket: row ? restore(JSON.parse(row.state) as Stored, this.now()) : EMPTY_BUCKET, reserved: 0 };
      this.held.set(credential, held);
    }
    return held;
  }

  private reserve(credential: string, held: Held, block: number): void {
    held.reserved = block;
    this.store(credential, held);
  }

  private store(credential: string, held: Held): void {
    const state: Stored = { ...held.bucket, reserved: held.reserved };
    this.db.run(UPSERT, credential, JSON.stringify(state), this.now());
  }

  private writeBackLater(): void {
    if (this.writing_back) return;
    this.writing_back = true;
    this.defer(() => {
      this.writing_back = false;
      this.flush();
    }, WRITE_BACK_MS);
  }
}

/** Whatever was reserved may have been used up to the crash: it counts as spent now, when the bucket is read again. */
function restore({ reserved, ...bucket }: Stored, now: number): Bucket {
  const settled = settle(bucket, now);
  return reserved > 0 ? spend(settled.bucket, reserved, settled.now_ms) : settled.bucket;
}

/** A twentieth of the narrower window: at most some twenty syncs a minute and key, whatever the tier. */
function blockOf(limits: RateLimits): number {
  return Math.max(1, Math.floor((limits.per_minute ?? limits.per_day ?? 0) / 20));
}
