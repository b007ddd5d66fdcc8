import { eraseSome, type Person } from "../../domain/interactions/erase.ts";
import { purgeBefore } from "../../domain/interactions/retention.ts";
import { rebuildRollups } from "../../domain/interactions/rollups/rebuild.ts";
import { purgeAuthorizations } from "../../domain/oauth_grants/retention.ts";
import { DAY_MS, localDay } from "../../domain/time.ts";
import type { JobHandler } from "../core/scheduler.ts";
import { actorName, directoryActor, organizationActor } from "../rpc.ts";
import { leaveAccounts, peopleJobs } from "./people/jobs.ts";
import type { OrganizationState } from "./state.ts";

const RETENTION_PAGE = 5_000;
const EVENT_RETENTION_MS = 7 * DAY_MS;
const EVENTS_MAX = 100_000;
const AUDIT_RETENTION_MS = 400 * DAY_MS;
const USAGE_RETENTION_MS = 401 * DAY_MS;
const DELIVERY_RETENTION_MS = 30 * DAY_MS;
const INVITATION_RETENTION_MS = 400 * DAY_MS;

/** Every job kind of an organization's actor. */
export function organizationJobs(state: OrganizationState): Record<string, JobHandler> {
  const { core, env, name } = state;
  return {
    ...peopleJobs(state),

    /** Keeps the directory's copy (the operator's list) like the organization. */
    "directory.sync": async () => {
      const row = state.row();
      if (row) await directoryActor(env).sync(row);
    },

    /** After organizations.delete: the sandbox, the accounts' copies, the directory's row, then all storage of this actor. */
    "organization.erase": async () => {
      await organizationActor(env, actorName(name, "test")).erase();
      await leaveAccounts(state);
      await directoryActor(env).remove(name);
      await state.erase();
    },

    "interactions.erase": async ({ payload }) => {
      const { complete } = core.storage.transactionSync(() => eraseSome(core.db, payload as Person, state.organization()));
      state.changed("interactions.erase");
      return complete ? undefined : { run_again_at_ms: Date.now() };
    },

    /** Removes what is older than the organization keeps, page by page. */
    "interactions.retention": async () => {
      const { retention_days, time_zone } = state.organization();
      if (retention_days === null) return undefined;
      const now = Date.now();
      const cutoff_ms = now - retention_days * DAY_MS;
      const more = core.storage.transactionSync(() => purgeBefore(core.db, cutoff_ms, localDay(cutoff_ms, time_zone), RETENTION_PAGE));
      state.changed("interactions.retention");
      return more ? { run_again_at_ms: now } : undefined;
    },

    "rollups.rebuild": async () => {
      core.storage.transactionSync(() => rebuildRollups(core.db, state.organization()));
      state.changed("rollups.rebuild");
    },

    "maintenance.daily": async () => {
      const now = Date.now();
      core.idempotency.prune(now);
      core.limiter.prune(now - 2 * DAY_MS);
      core.meter.prune(now - USAGE_RETENTION_MS);
      state.live.daily();
      state.mcp.daily();
      core.db.run("DELETE FROM events WHERE at < ? OR seq <= (SELECT max(seq) FROM events) - ?", now - EVENT_RETENTION_MS, EVENTS_MAX);
      core.db.run("DELETE FROM audit_log WHERE at < ?", now - AUDIT_RETENTION_MS);
      core.db.run("DELETE FROM webhook_deliveries WHERE created_at < ? AND status <> 'pending'", now - DELIVERY_RETENTION_MS);
      core.db.run("DELETE FROM invitations WHERE created_at < ?", now - INVITATION_RETENTION_MS);
      purgeAuthorizations(core.db, now);
      core.scheduler.schedule({ kind: "interactions.retention", key: "", run_at_ms: now });
      return { run_again_at_ms: now + DAY_MS };
    },
  };
}
