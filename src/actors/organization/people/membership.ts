import type { Membership } from "../../../domain/accounts/account.ts";
import { findMember } from "../../../domain/members/rows.ts";
import type { OrganizationState } from "../state.ts";

/** The account's membership here; null where it has none, or the organization was deleted. */
export function membershipOf(state: OrganizationState, account_id: string): Membership | null {
  const member = findMember(state.core.db, account_id);
  if (!member || !state.row()) return null;
  const { id, name } = state.organization();
  return { organization_id: id, name, role: member.role };
}
