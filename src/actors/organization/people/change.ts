import type { MembershipContext } from "../../../domain/members/changes.ts";
import type { Author } from "../../core/journal.ts";
import type { OrganizationState } from "../state.ts";

/**
 * A change that a person makes on their own account's pages, not by an operation: one transaction, audited as theirs, and in force from the next request on.
 * `operation` begins with the family whose caches it concerns.
 */
export function changeAs<Result>(state: OrganizationState, account_id: string, operation: string, work: (ctx: MembershipContext) => Result): Result {
  const { db, journal, scheduler } = state.core;
  const author: Author = { principal: { kind: "account", id: account_id }, protocol: "account", request_id: "", operation };
  try {
    return state.transaction((now) =>
      work({ db, now, record: (change) => journal.record(change, author, now), schedule: (job) => scheduler.schedule(job) }),
    );
  } finally {
    state.changed(operation);
  }
}
