import type { Person } from "../accounts/account.ts";
import { addMember, changeRole, type MembershipContext } from "../members/changes.ts";
import { findMember, type MemberRow } from "../members/rows.ts";
import { higherRole } from "../members/rules.ts";
import { recordInvitation } from "./changes.ts";
import { writeInvitation, type InvitationRow } from "./rows.ts";

/** Uses an open invitation up. Who is a member already keeps the higher of both roles. */
export function acceptInvitation(ctx: MembershipContext, row: InvitationRow, person: Person): MemberRow {
  const next: InvitationRow = { ...row, accepted_at: ctx.now, account_id: person.account_id };
  writeInvitation(ctx.db, next);
  recordInvitation(ctx, "invitation.accepted", row, next);
  const member = findMember(ctx.db, person.account_id);
  if (!member) return addMember(ctx, person, row.role);
  const role = higherRole(member.role, row.role);
  return role === member.role ? member : changeRole(ctx, member, role);
}
