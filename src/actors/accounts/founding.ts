import { typeidUnboxed } from "typeid-js";
import { callOrganization } from "../call.ts";
import type { Job, JobHandler } from "../core/scheduler.ts";
import { directoryActor } from "../rpc.ts";
import { existing, type AccountHost, type AccountState } from "./state.ts";
import type { AccountFailure } from "./views.ts";

const FOUNDINGS_MAX = 20;
const FOUND_JOB = "organization.found";

interface FoundingRow {
  id: string;
  name: string;
  organization_id: string | null;
  created_at: number;
  finished_at: number | null;
}

/** Starting an organization of one's own. */
export function foundingServices(host: AccountHost) {
  return {
    /** `organization_id` is null when it takes longer: a job goes on until the organization is there. */
    async foundOrganization({ name }: { name: string }): Promise<{ organization_id: string | null } | { failure: AccountFailure }> {
      const known = existing(host);
      if (!known) return { failure: "not_found" };
      const { state } = known;
      if (state.db.one<{ n: number }>("SELECT count(*) AS n FROM foundings")!.n >= FOUNDINGS_MAX) return { failure: "too_many" };
      const id = typeidUnboxed("fnd");
      state.transaction((now) => {
        state.db.run("INSERT INTO foundings (id, name, created_at) VALUES (?, ?, ?)", id, name, now);
        state.scheduler.schedule({ kind: FOUND_JOB, key: id, run_at_ms: now });
      });
      // Started here so that the person need not wait for the alarm; the alarm finishes it after a crash.
      await state.scheduler.run();
      const row = findFounding(state, id);
      return { organization_id: row?.finished_at ? row.organization_id : null };
    },
  };
}

export function foundingJobs(state: AccountState): Record<string, JobHandler> {
  return {
    /** Each step may come twice: the directory knows the founding's id, and whoever is an owner already stays one. */
    [FOUND_JOB]: async ({ key }: Job) => {
      const founding = findFounding(state, key);
      const row = state.row();
      if (!founding || !row || founding.finished_at !== null) return;
      const input = { name: founding.name, account_id: row.id };
      const organization_id = founding.organization_id ?? (await directoryActor(state.env).found(input, `${row.id}/${key}`)).organization_id;
      state.db.run("UPDATE foundings SET organization_id = ? WHERE id = ?", organization_id, key);
      await callOrganization(state.env, organization_id, "addOwner", { person: state.person(row) });
      state.transaction((now) => {
        state.memberships.put({ organization_id, name: founding.name, role: "owner" }, now);
        state.db.run("UPDATE foundings SET finished_at = ? WHERE id = ?", now, key);
      });
    },
  };
}

/** Whether an organization of this person's is still being made. */
export function isFounding(state: AccountState): boolean {
  return state.db.one("SELECT 1 FROM foundings WHERE finished_at IS NULL") !== undefined;
}

/** The organizations that this person started, whatever became of them. */
export function foundedBy(state: AccountState): string[] {
  return state.db.all<{ id: string }>("SELECT organization_id AS id FROM foundings WHERE organization_id IS NOT NULL").map(({ id }) => id);
}

function findFounding(state: AccountState, id: string): FoundingRow | undefined {
  return state.db.one<FoundingRow>("SELECT * FROM foundings WHERE id = ?", id);
}
