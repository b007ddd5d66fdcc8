import { Server } from "partyserver";
import type { RateLimits } from "../../domain/tiers.ts";
import { DAY_MS } from "../../domain/time.ts";
import { migrate } from "../core/migrate.ts";
import { RateLimiter } from "../core/rate_limiter.ts";
import { SqliteDatabase } from "../core/sqlite.ts";
import { THROTTLE_MIGRATIONS } from "./migrations.ts";

const BUCKET = "attempts";

/**
 * Counts the attempts of one subject (an address, an account) at something that guessing could break. Exact, like every limit here; forgets itself a
 * day after the last attempt. The same for accounts that exist and those that do not, so that it tells nothing about them.
 */
export class ThrottleActor extends Server<Env> {
  private limiter: RateLimiter | null = null;

  /** Takes one attempt. Null when it is admitted, else the seconds until the next one would be. */
  take(limits: RateLimits): number | null {
    void this.ctx.storage.setAlarm(Date.now() + DAY_MS);
    const { admitted, retry_after_s } = this.open().charge(BUCKET, limits, 1);
    return admitted ? null : (retry_after_s ?? 60);
  }

  override async onAlarm(): Promise<void> {
    this.limiter = null;
    await this.ctx.storage.deleteAll();
  }

  private open(): RateLimiter {
    if (!this.limiter) {
      migrate(this.ctx.storage, THROTTLE_MIGRATIONS);
      this.limiter = new RateLimiter(new SqliteDatabase(this.ctx.storage.sql), Date.now, (work, delay_ms) => void setTimeout(work, delay_ms));
    }
    return this.limiter;
  }
}
