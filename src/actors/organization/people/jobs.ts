import { callAccount } from "../../call.ts";
import type { JobHandler } from "../../core/scheduler.ts";
import type { OrganizationState } from "../state.ts";
import { membershipOf } from "./membership.ts";
import { removeGone } from "./memberships.ts";

const MEMBERS_PAGE = 200;

/** A member and the actor of their account. */
type MemberAccount = Record<"account_id" | "account_name", string>;

/** Jobs that keep the accounts' own lists of organizations like the members here. */
export function peopleJobs(state: OrganizationState): Record<string, JobHandler> {
  const { core, env, name } = state;
  return {
    /** Tells an account of its membership, or that it has none. One job per account, so that no older state overtakes a newer one. */
    "account.sync": async ({ key: account_id, payload }) => {
      const { account_name } = payload as { account_name: string };
      const membership = membershipOf(state, account_id);
      if (!membership) {
        await callAccount(env, account_name, "dropMembership", { account_id, organization_id: name });
        return;
      }
      const { known } = await callAccount(env, account_name, "putMembership", { account_id, membership });
      if (!known) removeGone(state, account_id);
    },

    /** Tells every member's account, page by page. */
    "accounts.sync": async ({ payload }) => {
      const { after } = (payload ?? { after: "" }) as { after: string };
      const page = core.db.all<MemberAccount>(
        "SELECT account_id, account_name FROM members WHERE account_id > ? ORDER BY account_id LIMIT ?",
        after,
        MEMBERS_PAGE,
      );
      const now = Date.now();
      core.storage.transactionSync(() => {
        for (const { account_id, account_name } of page)
          core.scheduler.schedule({ kind: "account.sync", key: account_id, run_at_ms: now, payload: { account_name } });
      });
      return page.length < MEMBERS_PAGE ? undefined : { run_again_at_ms: now, payload: { after: page.at(-1)!.account_id } };
    },
  };
}

/** Takes a deleted organization out of every member's account; what is done is crossed off, so that a retry goes on. */
export async function leaveAccounts({ core, env, name }: OrganizationState): Promise<void> {
  for (const { account_id, account_name } of core.db.all<MemberAccount>("SELECT account_id, account_name FROM members")) {
    await callAccount(env, account_name, "dropMembership", { account_id, organization_id: name });
    core.db.run("DELETE FROM members WHERE account_id = ?", account_id);
  }
}
