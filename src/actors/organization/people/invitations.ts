import type { Membership, Person } from "../../../domain/accounts/account.ts";
import { acceptInvitation } from "../../../domain/invitations/accept.ts";
import { findInvitation, statusOf, type InvitationRow } from "../../../domain/invitations/rows.ts";
import type { Role } from "../../../domain/roles.ts";
import { sameHash } from "../../routed_secret.ts";
import type { OrganizationState } from "../state.ts";
import { changeAs } from "./change.ts";
import { membershipOf } from "./membership.ts";

/** What a presented link says of itself. */
export interface PresentedInvitation {
  invitation_id: string;
  secret_hash: string;
}

export interface InvitationDescription {
  organization_id: string;
  organization_name: string;
  email: string;
  role: Role;
  expires_at_ms: number;
}

export type Acceptance = { ok: true; membership: Membership } | { ok: false; reason: "not_valid" | "other_email" };

/** What whoever has the link may see before they accept; null unless it is open. */
export function describeInvitation(state: OrganizationState, presented: PresentedInvitation): InvitationDescription | null {
  const row = findPresented(state, presented);
  if (!row || statusOf(row, Date.now()) !== "open") return null;
  const { id, name } = state.organization();
  return { organization_id: id, organization_name: name, email: row.email, role: row.role, expires_at_ms: row.expires_at };
}

/** Makes a person a member. Accepting again answers the same as long as they are one. */
export function accept(state: OrganizationState, { person, ...presented }: PresentedInvitation & { person: Person }): Acceptance {
  return changeAs(state, person.account_id, "members.accept_invitation", (ctx): Acceptance => {
    const row = findPresented(state, presented);
    if (!row) return { ok: false, reason: "not_valid" };
    const open = statusOf(row, ctx.now) === "open";
    if (open && row.email !== person.email) return { ok: false, reason: "other_email" };
    if (open) acceptInvitation(ctx, row, person);
    const membership = open || row.account_id === person.account_id ? membershipOf(state, person.account_id) : null;
    return membership ? { ok: true, membership } : { ok: false, reason: "not_valid" };
  });
}

function findPresented({ core }: OrganizationState, { invitation_id, secret_hash }: PresentedInvitation): InvitationRow | undefined {
  const row = findInvitation(core.db, invitation_id);
  return row && sameHash(row.secret_hash, secret_hash) ? row : undefined;
}
