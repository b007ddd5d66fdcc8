import { callOrganization } from "../call.ts";
import type { JobHandler } from "../core/scheduler.ts";
import { directoryActor } from "../rpc.ts";
import { foundedBy, isFounding } from "./founding.ts";
import { existing, freshlyProven, type AccountHost, type AccountState } from "./state.ts";
import type { AccountFailure } from "./views.ts";

const DELETE_JOB = "account.delete";

type Deletion = null | { failure: AccountFailure | "founding" } | { failure: "last_owner"; organizations: string[] };

/** Leaving one organization, or everything. */
export function deletionServices(host: AccountHost) {
  return {
    async leaveOrganization({ organization_id }: { organization_id: string }): Promise<null | { failure: "last_owner" | "not_found" }> {
      const known = existing(host);
      if (!known) return { failure: "not_found" };
      return (await leave(known.state, known.row.id, organization_id)) ? null : { failure: "last_owner" };
    },

    /**
     * Deletes the account with everything in it. From now on nobody is signed in and the address has no account; a job leaves the organizations and erases what is stored, however
     * often it must try. Refused while an organization would lose its last owner: it names them.
     */
    async deleteAccount({ session_id }: { session_id: string }): Promise<Deletion> {
      const known = freshlyProven(host, session_id);
      if ("failure" in known) return known;
      const { state, row } = known;
      if (isFounding(state)) return { failure: "founding" };
      const organizations = await ownedAlone(state, row.id);
      if (organizations.length > 0) return { failure: "last_owner", organizations };
      state.transaction((now) => {
        state.db.run("UPDATE account SET deleting_at = ?, password_hash = NULL", now);
        state.sessions.endAllBut(null);
        state.passkeys.removeAll();
        state.scheduler.schedule({ kind: DELETE_JOB, key: "", run_at_ms: now });
      });
      // Started here so that the address is free again when this answers; the alarm finishes it after a crash.
      await state.scheduler.run();
      return null;
    },
  };
}

export function deletionJobs(state: AccountState): Record<string, JobHandler> {
  return {
    /** An organization whose last owner this became meanwhile keeps the job waiting until it has another. */
    [DELETE_JOB]: async () => {
      const { id: account_id, email } = state.stored()!;
      const stuck: string[] = [];
      // One organization that must keep its last owner keeps nobody in the others.
      for (const { organization_id } of state.memberships.list()) {
        if (!(await leave(state, account_id, organization_id))) stuck.push(organization_id);
      }
      if (stuck.length > 0) throw new Error(`Still the last owner of ${stuck.join(", ")}`);
      for (const organization_id of state.memberships.everywhere())
        await callOrganization(state.env, organization_id, "forgetPerson", { account_id, email });
      await directoryActor(state.env).forgetPerson({ account_id, account_name: state.name, founded: foundedBy(state) });
      await state.erase();
    },
  };
}

/** Whether the account is no member any more: false for an organization's last owner, who must stay. */
async function leave(state: AccountState, account_id: string, organization_id: string): Promise<boolean> {
  // Null: the organization itself is gone.
  if ((await callOrganization(state.env, organization_id, "leave", { account_id })) === false) return false;
  state.memberships.drop(organization_id, Date.now());
  return true;
}

/** Names of the organizations whose one owner this account is. */
async function ownedAlone(state: AccountState, account_id: string): Promise<string[]> {
  // All are asked: the role that is known here is a copy.
  const memberships = state.memberships.list();
  const found = await Promise.all(
    memberships.map(({ organization_id }) => callOrganization(state.env, organization_id, "isLastOwner", { account_id })),
  );
  return memberships.filter((_membership, index) => found[index] === true).map(({ name }) => name);
}
