import type { Membership, Person } from "../../../domain/accounts/account.ts";
import { acceptInvitation } from "../../../domain/invitations/accept.ts";
import { findInvitation, statusOf, type InvitationRow } from "../../../domain/invitations/rows.ts";
import type { PresentedSecret } from "../../../domain/oauth/exchange.ts";
import type { Role } from "../../../domain/roles.ts";
import { sameHash } from "../../secrets/routed_secret.ts";
import type { OrganizationState } from "../state.ts";
import { changeAs } from "./change.ts";
import { membershipOf } from "./membership.ts";

export interface InvitationDescription {
  organization_id: string;
  organization_name: string;
  email: string;
  role: Role;
  expires_at_ms: number;
}

/** What whoever has the link may see before they accept; null unless it is open. */
export function describeInvitation(state: OrganizationState, presented: PresentedSecret): InvitationDescription | null {
  const row = findPresented(state, presented);
  if (!row || statusOf(row, Date.now()) !== "open") return null;
  const { id, name } = state.organization();
  return { organization_id: id, organization_name: name, email: row.email, role: row.role, expires_at_ms: row.expires_at };
}

/** The membership of somebody who used this invitation before and still is a member; null for everybody else. */
export function acceptedBy(state: OrganizationState, presented: PresentedSecret, account_id: string): Membership | null {
  const row = findPresented(state, presented);
  return row?.account_id === account_id ? membershipOf(state, account_id) : null;
}

/** Makes a person a member; null where the invitation is not for them or not valid. Accepting again answers the same as long as they are one. */
export function accept(state: OrganizationState, { person, ...presented }: PresentedSecret & { person: Person }): Membership | null {
  return changeAs(state, person.account_id, "members.accept_invitation", (ctx) => {
    const row = findPresented(state, presented);
    if (!row) return null;
    const open = statusOf(row, ctx.now) === "open";
    if (open && row.email !== person.email) return null;
    if (open) acceptInvitation(ctx, row, person);
    return open || row.account_id === person.account_id ? membershipOf(state, person.account_id) : null;
  });
}

function findPresented({ core }: OrganizationState, { id, secret_hash }: PresentedSecret): InvitationRow | undefined {
  const row = findInvitation(core.db, id);
  return row && sameHash(row.secret_hash, secret_hash) ? row : undefined;
}
