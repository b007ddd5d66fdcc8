import type { Membership, Person } from "../../../domain/accounts/account.ts";
import { addMember, changeRole, removeMember } from "../../../domain/members/changes.ts";
import { forgetPerson } from "../../../domain/members/forget.ts";
import { findMember } from "../../../domain/members/rows.ts";
import { isLastOwner } from "../../../domain/members/rules.ts";
import type { OrganizationState } from "../state.ts";
import { changeAs } from "./change.ts";
import { membershipOf } from "./membership.ts";

/** Whether this account is the one owner there is, who must stay. */
export function ownsAlone({ core }: OrganizationState, account_id: string): boolean {
  const member = findMember(core.db, account_id);
  return member !== undefined && isLastOwner(core.db, member);
}

/** The founder of an organization. Idempotent. */
export function addOwner(state: OrganizationState, person: Person): Membership {
  return changeAs(state, person.account_id, "members.add_owner", (ctx) => {
    const member = findMember(ctx.db, person.account_id);
    if (!member) addMember(ctx, person, "owner");
    else if (member.role !== "owner") changeRole(ctx, member, "owner");
    return membershipOf(state, person.account_id)!;
  });
}

/** A member goes: false for the last owner, who must stay. Whoever is none has left already. */
export function leave(state: OrganizationState, account_id: string): boolean {
  return changeAs(state, account_id, "members.leave", (ctx) => {
    const member = findMember(ctx.db, account_id);
    if (!member) return true;
    if (isLastOwner(ctx.db, member)) return false;
    removeMember(ctx, member);
    return true;
  });
}

/** Somebody deleted their account, having left before. */
export function forget(state: OrganizationState, person: { account_id: string; email: string }): void {
  changeAs(state, person.account_id, "members.forget", (ctx) => forgetPerson(ctx, person));
}

/** A member whose account is gone, as when they accepted an invitation while they deleted it. The last owner stays: nobody else could let people in. */
export function removeGone(state: OrganizationState, account_id: string): void {
  changeAs(state, account_id, "members.remove_gone", (ctx) => {
    const member = findMember(ctx.db, account_id);
    if (!member || isLastOwner(ctx.db, member)) return;
    removeMember(ctx, member);
    forgetPerson(ctx, member);
  });
}
