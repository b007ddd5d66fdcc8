import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { Scheduler, type Job, type JobHandler } from "../../src/actors/core/scheduler.ts";
import { SqliteDatabase } from "../../src/actors/core/sqlite.ts";
import { createOrganization } from "../support/api.ts";

/** Runs the body with a scheduler of its own over a real actor's storage and a clock that the body sets. */
async function withScheduler(
  handlers: Record<string, JobHandler>,
  body: (scheduler: Scheduler, clock: { now: number }, jobs: () => { key: string; run_at: number; attempts: number }[]) => Promise<void>,
): Promise<void> {
  const { id } = await createOrganization();
  await runInDurableObject(env.ORGANIZATIONS.getByName(id), async (_actor, state) => {
    const db = new SqliteDatabase(state.storage.sql);
    db.run("DELETE FROM jobs");
    const clock = { now: Date.now() + 86_400_000 };
    const scheduler = new Scheduler(db, state.storage, handlers, () => clock.now);
    await body(scheduler, clock, () => db.all("SELECT key, run_at, attempts FROM jobs ORDER BY key"));
    db.run("DELETE FROM jobs");
  });
}

describe("the job scheduler", () => {
  it("runs what is due, in order of time, and leaves the rest", async () => {
    const ran: string[] = [];
    await withScheduler({ note: async (job) => void ran.push(job.key) }, async (scheduler, clock, jobs) => {
      scheduler.schedule({ kind: "note", key: "later", run_at_ms: clock.now + 1_000 });
      scheduler.schedule({ kind: "note", key: "second", run_at_ms: clock.now - 1 });
      scheduler.schedule({ kind: "note", key: "first", run_at_ms: clock.now - 2 });
      await scheduler.run();
      expect(ran).toEqual(["first", "second"]);
      expect(jobs().map(({ key }) => key)).toEqual(["later"]);
    });
  });

  it("keeps a job's row until its work is done, so that a crash repeats it", async () => {
    let seen: unknown[] = [];
    await withScheduler({ look: async () => {} }, async (scheduler, clock, jobs) => {
      scheduler.schedule({ kind: "look", key: "a", run_at_ms: clock.now });
      seen = jobs();
      await scheduler.run();
      expect(seen).toHaveLength(1);
      expect(jobs()).toEqual([]);
    });
  });

  it("retries a job that throws, later each time, and tells it how often it failed", async () => {
    const attempts: number[] = [];
    const failing: JobHandler = async (job: Job) => {
      attempts.push(job.attempts);
      throw new Error("on purpose");
    };
    await withScheduler({ failing }, async (scheduler, clock, jobs) => {
      scheduler.schedule({ kind: "failing", key: "x", run_at_ms: clock.now });
      const delays: number[] = [];
      for (let round = 0; round < 3; round++) {
        await scheduler.run();
        delays.push(jobs()[0]!.run_at - clock.now);
        clock.now = jobs()[0]!.run_at;
      }
      expect(attempts).toEqual([0, 1, 2]);
      expect(delays).toEqual([1_000, 2_000, 4_000]);
    });
  });

  it("keeps a schedule that was made while the job ran", async () => {
    let scheduler: Scheduler | null = null;
    const handlers: Record<string, JobHandler> = {
      again: async () => scheduler?.schedule({ kind: "again", key: "k", run_at_ms: Date.now() + 10 * 86_400_000 }),
    };
    await withScheduler(handlers, async (made, clock, jobs) => {
      scheduler = made;
      made.schedule({ kind: "again", key: "k", run_at_ms: clock.now });
      await made.run();
      expect(jobs().map(({ key }) => key)).toEqual(["k"]);
    });
  });

  it("remembers nothing of a job that was cancelled", async () => {
    await withScheduler({ note: async () => {} }, async (scheduler, clock) => {
      for (let n = 0; n < 50; n++) {
        scheduler.schedule({ kind: "note", key: String(n), run_at_ms: clock.now + 1_000 });
        scheduler.cancel("note", String(n));
      }
      const held = Object.values(scheduler).filter((part) => part instanceof Set || part instanceof Map);
      expect(held.map(({ size }) => size)).toEqual([0, 0]);
    });
  });

  it("lets a slow job not hold up the others", async () => {
    const ran: string[] = [];
    let release = (): void => {};
    const handlers: Record<string, JobHandler> = {
      slow: () => new Promise((resolve) => (release = resolve)),
      quick: async (job) => {
        ran.push(job.key);
        release();
      },
    };
    await withScheduler(handlers, async (scheduler, clock) => {
      scheduler.schedule({ kind: "slow", key: "s", run_at_ms: clock.now - 10 });
      scheduler.schedule({ kind: "quick", key: "q", run_at_ms: clock.now });
      await scheduler.run();
      expect(ran).toEqual(["q"]);
    });
  });
});
