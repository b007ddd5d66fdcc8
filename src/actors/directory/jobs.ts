import { DAY_MS } from "../../domain/time.ts";
import type { Core } from "../core/core.ts";
import type { JobHandler } from "../core/scheduler.ts";
import { rotateWhenDue } from "./signing_keys.ts";

const DAILY = "maintenance.daily";
const AUDIT_RETENTION_MS = 400 * DAY_MS;
const EVENT_RETENTION_MS = 7 * DAY_MS;

/** What the directory does every day: makes the next signing key when it is due, and forgets what nobody needs any more. */
export function directoryJobs(core: Core): Record<string, JobHandler> {
  return {
    [DAILY]: async () => {
      const now = Date.now();
      core.storage.transactionSync(() => {
        rotateWhenDue(core, now);
        core.idempotency.prune(now);
        core.db.run("DELETE FROM events WHERE at < ?", now - EVENT_RETENTION_MS);
        core.db.run("DELETE FROM audit_log WHERE at < ?", now - AUDIT_RETENTION_MS);
      });
      return { run_again_at_ms: now + DAY_MS };
    },
  };
}

/** Makes sure that the daily job is there, whatever version of this directory was first. */
export function scheduleDaily({ db, scheduler }: Core): void {
  if (!db.one("SELECT 1 FROM jobs WHERE kind = ?", DAILY)) scheduler.schedule({ kind: DAILY, key: "", run_at_ms: Date.now() + DAY_MS });
}
