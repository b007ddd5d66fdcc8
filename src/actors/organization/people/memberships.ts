import type { Membership, Person } from "../../../domain/accounts/account.ts";
import { addMember, changeRole, removeMember } from "../../../domain/members/changes.ts";
import { forgetPerson } from "../../../domain/members/forget.ts";
import { findMember } from "../../../domain/members/rows.ts";
import { isLastOwner } from "../../../domain/members/rules.ts";
import { ROLES, type Role } from "../../../domain/roles.ts";
import type { Scope } from "../../../domain/scopes.ts";
import type { OrganizationState } from "../state.ts";
import { changeAs } from "./change.ts";
import { membershipOf } from "./membership.ts";

export interface MembershipDescription {
  organization_id: string;
  organization_name: string;
  role: Role;
  scopes: readonly Scope[];
  is_last_owner: boolean;
}

/** Null when this account is no member. */
export function describeMembership(state: OrganizationState, account_id: string): MembershipDescription | null {
  const membership = membershipOf(state, account_id);
  if (!membership) return null;
  const { organization_id, name: organization_name, role } = membership;
  return { organization_id, organization_name, role, scopes: ROLES[role], is_last_owner: isLastOwner(state.core.db, membership) };
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

/** A member goes. Whoever is none has left already. */
export function leave(state: OrganizationState, account_id: string): { ok: true } | { ok: false; reason: "last_owner" } {
  return changeAs(state, account_id, "members.leave", (ctx) => {
    const member = findMember(ctx.db, account_id);
    if (!member) return { ok: true };
    if (isLastOwner(ctx.db, member)) return { ok: false, reason: "last_owner" };
    removeMember(ctx, member);
    return { ok: true };
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
