import { errorText } from "../../domain/error_line.ts";
import type { ScheduledJob } from "../../domain/context.ts";
import type { Database } from "../../domain/database.ts";

export interface Job {
  kind: string;
  key: string;
  payload: unknown;
  /** Earlier tries of this job that threw. */
  attempts: number;
}

/** Does one job's work. Return `run_again_at_ms` to go on later (attempts start anew); throw to be retried with backoff. */
export type JobHandler = (job: Job) => Promise<void | { run_again_at_ms: number; payload?: unknown }>;

interface JobRow {
  kind: string;
  key: string;
  run_at: number;
  payload: string;
  attempts: number;
}

const CONCURRENT_JOBS = 8;
/** Cloudflare ends an alarm after 15 minutes; stop starting jobs well before and let the next alarm go on. */
const ALARM_BUDGET_MS = 5 * 60_000;
const BACKOFF_BASE_MS = 1_000;
const BACKOFF_MAX_MS = 15 * 60_000;

/** Many named jobs on the actor's one alarm. A job's row is deleted only after it ran, so a crash runs it again: handlers are idempotent. */
export class Scheduler {
  private readonly running = new Map<string, Promise<void>>();
  /** Scheduled since they were started last. */
  private readonly rescheduled = new Set<string>();
  private wake: (() => void) | null = null;
  private stopped = false;

  constructor(
    private readonly db: Database,
    private readonly storage: DurableObjectStorage,
    private readonly handlers: Record<string, JobHandler>,
    private readonly now: () => number = Date.now,
  ) {}

  /** Adds or moves a job; part of the caller's transaction. */
  schedule(job: ScheduledJob): void {
    if (!this.handlers[job.kind]) throw new Error(`No handler for job kind ${job.kind}`);
    this.db.run(
      `INSERT INTO jobs (kind, key, run_at, payload) VALUES (?, ?, ?, ?)
       ON CONFLICT (kind, key) DO UPDATE SET run_at = excluded.run_at, payload = excluded.payload, attempts = 0, last_error = NULL`,
      job.kind,
      job.key,
      job.run_at_ms,
      JSON.stringify(job.payload ?? null),
    );
    this.rescheduled.add(identify(job));
    this.arm();
    if (job.run_at_ms <= this.now()) this.wake?.();
  }

  cancel(kind: string, key: string): void {
    this.db.run("DELETE FROM jobs WHERE kind = ? AND key = ?", kind, key);
    this.rescheduled.delete(identify({ kind, key }));
  }

  /** The storage is about to be erased: touch it no more. */
  stop(): void {
    this.stopped = true;
  }

  /** Sets the alarm to the earliest job that is not running already. Call it whenever the actor wakes, so that no crash can lose the alarm. */
  arm(): void {
    const next = this.db
      .all<JobRow>("SELECT kind, key, run_at FROM jobs ORDER BY run_at LIMIT ?", CONCURRENT_JOBS + 1)
      .find((row) => !this.running.has(identify(row)));
    if (next) void this.storage.setAlarm(next.run_at);
  }

  /** The alarm: runs every due job, a few side by side, until none is due. */
  async run(): Promise<void> {
    const stop_at = this.now() + ALARM_BUDGET_MS;
    for (;;) {
      if (this.stopped) return;
      if (this.now() < stop_at) this.startDue();
      if (this.running.size === 0) break;
      const woken = new Promise<void>((resolve) => (this.wake = resolve));
      await Promise.race([...this.running.values(), woken]);
    }
    this.wake = null;
    this.arm();
  }

  private startDue(): void {
    const due = this.db.all<JobRow>(
      "SELECT kind, key, run_at, payload, attempts FROM jobs WHERE run_at <= ? ORDER BY run_at LIMIT ?",
      this.now(),
      2 * CONCURRENT_JOBS,
    );
    for (const row of due) {
      const id = identify(row);
      if (this.running.has(id) || this.running.size >= CONCURRENT_JOBS) continue;
      this.rescheduled.delete(id);
      this.running.set(
        id,
        this.runOne(row).finally(() => this.running.delete(id)),
      );
    }
  }

  private async runOne(row: JobRow): Promise<void> {
    const handler = this.handlers[row.kind];
    const id = identify(row);
    try {
      if (!handler) throw new Error(`No handler for job kind ${row.kind}`);
      const again = await handler({ kind: row.kind, key: row.key, payload: JSON.parse(row.payload), attempts: row.attempts });
      if (this.stopped || this.rescheduled.has(id)) return;
      if (again) this.schedule({ kind: row.kind, key: row.key, run_at_ms: again.run_again_at_ms, payload: again.payload ?? JSON.parse(row.payload) });
      else this.cancel(row.kind, row.key);
    } catch (error) {
      console.error(JSON.stringify({ level: "error", job: row.kind, key: row.key, attempts: row.attempts + 1, error: errorText(error) }));
      if (this.stopped || this.rescheduled.has(id)) return;
      const delay_ms = Math.min(BACKOFF_MAX_MS, BACKOFF_BASE_MS * 2 ** Math.min(row.attempts, 20));
      this.db.run(
        "UPDATE jobs SET attempts = attempts + 1, run_at = ?, last_error = ? WHERE kind = ? AND key = ?",
        this.now() + delay_ms,
        errorText(error).slice(0, 500),
        row.kind,
        row.key,
      );
    }
  }
}

function identify(job: { kind: string; key: string }): string {
  return `${job.kind}\n${job.key}`;
}
