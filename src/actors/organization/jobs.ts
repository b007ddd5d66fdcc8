import { DAY_MS } from "../../domain/time.ts";
import type { JobHandler } from "../core/scheduler.ts";
import { actorName, directoryActor, organizationActor } from "../rpc.ts";
import type { OrganizationState } from "./state.ts";

/** Every job kind of an organization's actor. */
export function organizationJobs(state: OrganizationState): Record<string, JobHandler> {
  const { core, env, name } = state;
  return {
    /** Keeps the directory's copy (the operator's list) like the organization. */
    "directory.sync": async () => {
      const row = state.row();
      if (row) await directoryActor(env).sync(row);
    },

    /** After organizations.delete: the sandbox, the directory's row, then all storage of this actor. */
    "organization.erase": async () => {
      await organizationActor(env, actorName(name, "test")).erase();
      await directoryActor(env).remove(name);
      await state.erase();
    },

    "maintenance.daily": async () => {
      const now = Date.now();
      core.idempotency.prune(now);
      return { run_again_at_ms: now + DAY_MS };
    },
  };
}
