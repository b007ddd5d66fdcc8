import type { Person } from "../accounts/account.ts";
import type { OperationContext } from "../context.ts";
import { revokeInvitation } from "../invitations/changes.ts";
import { openInvitationsBy, openInvitationsOf } from "../invitations/rows.ts";
import { forgetConsents } from "../oauth_grants/consent_rows.ts";
import { revokeGrantsOf } from "../oauth_grants/revoke_rows.ts";
import type { Role } from "../roles.ts";
import { toMember, writeMember, type MemberRow } from "./rows.ts";
import { isLowerRole } from "./rules.ts";

/** What a change of members needs: of an operation's call, or of a person who acts on their own account's pages. */
export type MembershipContext = Pick<OperationContext, "db" | "now" | "record" | "schedule">;

/** Adds somebody who is no member yet. */
export function addMember(ctx: MembershipContext, { account_id, account_name, email, name }: Person, role: Role): MemberRow {
  const row: MemberRow = { account_id, account_name, email, name, role, created_at: ctx.now, updated_at: ctx.now, version: 1 };
  writeMember(ctx.db, row);
  ctx.record({ type: "member.added", subject: account_id, before: null, after: toMember(row), data: liveData(row) });
  copyToAccount(ctx, row);
  return row;
}

/** Who may do less from now on has no more say in who else joins: the invitations they made end. */
export function changeRole(ctx: MembershipContext, row: MemberRow, role: Role): MemberRow {
  const next: MemberRow = { ...row, role, updated_at: ctx.now, version: row.version + 1 };
  writeMember(ctx.db, next);
  ctx.record({ type: "member.updated", subject: row.account_id, before: toMember(row), after: toMember(next), data: liveData(next) });
  if (isLowerRole(role, row.role)) revokeInvitationsBy(ctx, row);
  copyToAccount(ctx, row);
  return next;
}

/** Removes a member with everything that applications may do here in their name, every way back in, and every way in that they made for others. */
export function removeMember(ctx: MembershipContext, row: MemberRow): void {
  ctx.db.run("DELETE FROM members WHERE account_id = ?", row.account_id);
  revokeGrantsOf(ctx.db, { account_id: row.account_id }, "member_removed", ctx.now);
  forgetConsents(ctx.db, { account_id: row.account_id });
  for (const invitation of openInvitationsOf(ctx.db, row.email, ctx.now)) revokeInvitation(ctx, invitation);
  revokeInvitationsBy(ctx, row);
  ctx.record({ type: "member.removed", subject: row.account_id, before: toMember(row), after: null, data: liveData(row) });
  copyToAccount(ctx, row);
}

function revokeInvitationsBy(ctx: MembershipContext, { account_id }: MemberRow): void {
  for (const invitation of openInvitationsBy(ctx.db, account_id, ctx.now)) revokeInvitation(ctx, invitation);
}

/** Whoever follows events need not learn names and addresses: those are for members:read. */
function liveData({ account_id, role, version }: MemberRow): unknown {
  return { account_id, role, version };
}

function copyToAccount(ctx: MembershipContext, { account_id, account_name }: MemberRow): void {
  ctx.schedule({ kind: "account.sync", key: account_id, run_at_ms: ctx.now, payload: { account_name } });
}
