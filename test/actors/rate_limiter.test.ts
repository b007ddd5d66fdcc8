import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { RateLimiter } from "../../src/actors/core/rate_limiter.ts";
import { SqliteDatabase } from "../../src/actors/core/sqlite.ts";
import { DAY_MS } from "../../src/domain/time.ts";
import { createOrganization } from "../support/api.ts";

const LIMITS = { per_minute: 60, per_day: 1_000 };

interface Bench {
  db: SqliteDatabase;
  clock: { now: number };
  /** A limiter as after a restart: what was only in memory is gone. */
  restart: () => RateLimiter;
  /** Lets a second pass, and what was deferred to it run. */
  second: () => void;
}

/** Runs the body with limiters over a real actor's storage and a clock that the body sets. */
async function withStorage(body: (bench: Bench) => void): Promise<void> {
  const { id } = await createOrganization();
  await runInDurableObject(env.ORGANIZATIONS.getByName(id), (_actor, state) => {
    const db = new SqliteDatabase(state.storage.sql);
    const clock = { now: Date.UTC(2026, 10, 1, 12) };
    let deferred: (() => void)[] = [];
    body({
      db,
      clock,
      restart: () => {
        deferred = [];
        return new RateLimiter(
          db,
          () => clock.now,
          (work) => void deferred.push(work),
        );
      },
      second: () => {
        clock.now += 1_000;
        for (const work of deferred.splice(0)) work();
      },
    });
  });
}

function admitted(limiter: RateLimiter, charges: number, cost = 1): number {
  return Array.from({ length: charges }, () => limiter.charge("key", LIMITS, cost)).filter((charge) => charge.admitted).length;
}

describe("the rate limiter", () => {
  it("loses nothing of a quiet actor that is evicted", async () => {
    await withStorage(({ restart, second }) => {
      expect(admitted(restart(), 17)).toBe(17);
      second();
      expect(admitted(restart(), 100)).toBe(43);
    });
  });

  it("admits not one call too many through a crash after every single call", async () => {
    await withStorage(({ restart }) => {
      let total = 0;
      for (let crash = 0; crash < 200; crash++) total += admitted(restart(), 1);
      expect(total).toBeLessThanOrEqual(60);
      expect(total).toBeGreaterThanOrEqual(60 / 4);
    });
  });

  it("admits not one call too many through crashes at any moment of a day", async () => {
    await withStorage(({ restart, second, clock }) => {
      let total = 0;
      let limiter = restart();
      for (let step = 0; step < 5_000; step++) {
        total += admitted(limiter, 1, 1 + (step % 3)) * (1 + (step % 3));
        if (step % 7 === 0) second();
        if (step % 11 === 0) limiter = restart();
        clock.now += 900;
      }
      expect(total).toBeLessThanOrEqual(1_000);
      expect(total).toBeGreaterThan(900);
    });
  });

  it("writes for a block of calls, not for each", async () => {
    await withStorage(({ db, restart }) => {
      const limiter = restart();
      const before = db.rows_written;
      for (let call = 0; call < 1_000; call++) expect(limiter.charge("key", { per_minute: 1_000, per_day: null }, 1).admitted).toBe(true);
      expect(db.rows_written - before).toBeLessThanOrEqual(20);
    });
  });

  it("takes a whole batch or nothing, and says when there is room", async () => {
    await withStorage(({ restart, clock }) => {
      const limiter = restart();
      expect(admitted(limiter, 1, 50)).toBe(1);
      clock.now += 10_000;
      const refused = limiter.charge("key", LIMITS, 11);
      expect(refused).toMatchObject({ admitted: false, retry_after_s: 50, state: { minute: { remaining: 10 }, exhausted: false } });
      expect(limiter.charge("key", LIMITS, 10)).toMatchObject({ admitted: true, state: { minute: { remaining: 0 }, exhausted: true } });
      expect(limiter.charge("key", LIMITS, 61)).toMatchObject({ admitted: false, retry_after_s: null });
    });
  });

  it("keeps keys apart and holds a lowered limit at once", async () => {
    await withStorage(({ restart }) => {
      const limiter = restart();
      expect(admitted(limiter, 60)).toBe(60);
      expect(limiter.charge("other", LIMITS, 60).admitted).toBe(true);
      expect(limiter.charge("third", LIMITS, 10).admitted).toBe(true);
      expect(limiter.charge("third", { per_minute: 10, per_day: null }, 1).admitted).toBe(false);
    });
  });

  it("writes nothing for a key that nothing bounds", async () => {
    await withStorage(({ db, restart, second }) => {
      const before = db.rows_written;
      expect(restart().charge("key", { per_minute: null, per_day: null }, 1_000_000)).toEqual({
        admitted: true,
        state: { minute: null, day: null, exhausted: false },
        retry_after_s: null,
      });
      second();
      expect(db.rows_written).toBe(before);
    });
  });

  it("forgets buckets that nobody used for days, and no younger one", async () => {
    await withStorage(({ db, restart, clock }) => {
      const limiter = restart();
      limiter.charge("old", LIMITS, 5);
      limiter.flush();
      clock.now += 2 * DAY_MS;
      limiter.charge("young", LIMITS, 5);
      limiter.prune(clock.now - DAY_MS);
      expect(db.all("SELECT credential FROM rate_limit_buckets")).toEqual([{ credential: "young" }]);
      expect(limiter.peek("young", LIMITS).minute?.remaining).toBe(55);
    });
  });
});
