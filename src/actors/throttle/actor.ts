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
  private readonly limiter: RateLimiter;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    migrate(ctx.storage, THROTTLE_MIGRATIONS);
    this.limiter = new RateLimiter(new SqliteDatabase(ctx.storage.sql), Date.now, (work, delay_ms) => void setTimeout(work, delay_ms));
  }

  /** Takes one attempt. Null when it is admitted, else the seconds until the next one would be. */
  take(limits: RateLimits): number | null {
    void this.ctx.storage.setAlarm(Date.now() + DAY_MS);
    const { admitted, retry_after_s } = this.limiter.charge(BUCKET, limits, 1);
    return admitted ? null : (retry_after_s ?? 60);
  }

  override async onAlarm(): Promise<void> {
    await this.ctx.storage.deleteAll();
    // The tables are gone: a new start makes them anew.
    this.ctx.abort("forgotten");
  }
}
