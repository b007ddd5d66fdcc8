import type { ExportRow } from "../../../domain/exports/rows.ts";
import type { JobHandler } from "../../core/scheduler.ts";
import { exportKey, openBlobStore } from "../../blobs/open.ts";
import type { OrganizationState } from "../state.ts";
import { dropState } from "./checkpoint.ts";
import { runSlice } from "./run.ts";

const RUNNING_MAX = 2;
const ATTEMPTS_MAX = 6;

/** The jobs behind exports: who runs next, running, cleaning up, expiring. */
export function exportJobs(state: OrganizationState): Record<string, JobHandler> {
  const { core, env, name } = state;

  const dispatch = (): void => {
    if (state.erased) return;
    core.scheduler.schedule({ kind: "exports.dispatch", key: "", run_at_ms: Date.now() });
  };

  /** Gives up after the last attempt: says why, and frees the place for the next export. */
  const fail = (export_id: string, error: unknown): void => {
    const message = "The file could not be written; start the export again, and report it if it fails again";
    console.error(JSON.stringify({ level: "error", export_id, error: error instanceof Error ? error.message : String(error) }));
    state.transaction((now) => {
      const failed = core.db.one<ExportRow>(
        "UPDATE exports SET status = 'failed', error = ?, finished_at = ?, version = version + 1 WHERE id = ? AND status = 'running' RETURNING *",
        JSON.stringify({ code: "EXPORT_FAILED", message }),
        now,
        export_id,
      );
      if (!failed) return;
      core.scheduler.schedule({ kind: "export.cleanup", key: export_id, run_at_ms: now, payload: { upload_id: failed.upload_id } });
      core.journal.append("export.failed", export_id, { id: export_id, status: "failed", error: { code: "EXPORT_FAILED", message } }, now);
    });
  };

  return {
    /** Starts waiting exports in order while there is a place. */
    "exports.dispatch": async () => {
      state.transaction((now) => {
        for (;;) {
          const { running } = core.db.one<{ running: number }>("SELECT count(*) AS running FROM exports WHERE status = 'running'")!;
          const next =
            running < RUNNING_MAX
              ? core.db.one<{ id: string }>("SELECT id FROM exports WHERE status = 'queued' ORDER BY created_at, id LIMIT 1")
              : undefined;
          if (!next) return;
          core.db.run("UPDATE exports SET status = 'running', started_at = ?, version = version + 1 WHERE id = ?", now, next.id);
          core.scheduler.schedule({ kind: "export.run", key: next.id, run_at_ms: now });
        }
      });
    },

    "export.run": async ({ key: export_id, attempts }) => {
      try {
        const finished = await runSlice(state, openBlobStore(env), export_id);
        if (!finished) return { run_again_at_ms: Date.now() };
      } catch (error) {
        if (attempts + 1 < ATTEMPTS_MAX) throw error;
        fail(export_id, error);
      }
      dispatch();
      return undefined;
    },

    /** After a cancellation, failure or deletion: whatever was stored of the file. */
    "export.cleanup": async ({ key: export_id, payload }) => {
      const { upload_id } = payload as { upload_id: string | null };
      const blobs = openBlobStore(env);
      const key = exportKey(name, export_id);
      if (upload_id !== null) await blobs.abort(key, upload_id);
      await blobs.delete(key);
      state.transaction(() => dropState(core.db, export_id));
      dispatch();
    },

    "export.expire": async ({ key: export_id }) => {
      await openBlobStore(env).delete(exportKey(name, export_id));
      state.transaction((now) => {
        core.db.run("UPDATE exports SET status = 'expired', version = version + 1 WHERE id = ? AND status = 'succeeded'", export_id);
        core.journal.append("export.expired", export_id, { id: export_id, status: "expired" }, now);
      });
    },
  };
}
