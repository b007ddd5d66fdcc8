import type { Call, ExecuteResult } from "../../../domain/execute.ts";
import { findMember } from "../../../domain/members/rows.ts";
import { ROLES } from "../../../domain/roles.ts";
import { limitsOf, memberBucketId } from "../oauth/buckets.ts";
import type { OrganizationState } from "../state.ts";

/** Operations that a person asks for on their own account's pages. */
export interface PersonalRequest {
  account_id: string;
  calls: Call[];
  request_id: string;
  base_url: string;
}

/**
 * Runs operations for a member with no more than their role has now, and audited as theirs; null where the account is no member. No application is between them and us, so
 * nothing narrows the role.
 */
export async function executeAs(state: OrganizationState, { account_id, ...request }: PersonalRequest): Promise<ExecuteResult | null> {
  const member = findMember(state.core.db, account_id);
  if (!member) return null;
  const grant = {
    principal: { kind: "account" as const, id: account_id, scopes: [...ROLES[member.role]] },
    limits: limitsOf({ tier: null, rate_limit: null }, state.organization()),
    bucket_id: memberBucketId(account_id),
  };
  return state.core.engine.execute({ ...request, protocol: "account" }, grant, Date.now());
}
