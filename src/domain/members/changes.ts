import type { Person } from "../accounts/account.ts";
import type { OperationContext } from "../context.ts";
import { revokeInvitation } from "../invitations/changes.ts";
import { openInvitationsOf } from "../invitations/rows.ts";
import { forgetConsents } from "../oauth_grants/consent_rows.ts";
import { revokeGrantsOf } from "../oauth_grants/revoke_rows.ts";
import type { Role } from "../roles.ts";
import { toMember, writeMember, type MemberRow } from "./rows.ts";

/** What a change of members needs: of an operation's call, or of a person who acts on their own account's pages. */
export type MembershipContext = Pick<OperationContext, "db" | "now" | "record" | "schedule">;

/** Adds somebody who is no member yet. */
export function addMember(ctx: MembershipContext, { account_id, email, name }: Person, role: Role): MemberRow {
  const row: MemberRow = { account_id, email, name, role, created_at: ctx.now, updated_at: ctx.now, version: 1 };
  writeMember(ctx.db, row);
  ctx.record({ type: "member.added", subject: account_id, before: null, after: toMember(row), data: liveData(row) });
  copyToAccount(ctx, account_id);
  return row;
}

export function changeRole(ctx: MembershipContext, row: MemberRow, role: Role): MemberRow {
  const next: MemberRow = { ...row, role, updated_at: ctx.now, version: row.version + 1 };
  writeMember(ctx.db, next);
  ctx.record({ type: "member.updated", subject: row.account_id, before: toMember(row), after: toMember(next), data: liveData(next) });
  copyToAccount(ctx, row.account_id);
  return next;
}

/** Removes a member with everything that applications may do here in their name, and every way back in. */
export function removeMember(ctx: MembershipContext, row: MemberRow): void {
  ctx.db.run("DELETE FROM members WHERE account_id = ?", row.account_id);
  revokeGrantsOf(ctx.db, { account_id: row.account_id }, "member_removed", ctx.now);
  forgetConsents(ctx.db, { account_id: row.account_id });
  for (const invitation of openInvitationsOf(ctx.db, row.email, ctx.now)) revokeInvitation(ctx, invitation);
  ctx.record({ type: "member.removed", subject: row.account_id, before: toMember(row), after: null, data: liveData(row) });
  copyToAccount(ctx, row.account_id);
}

/** Whoever follows events need not learn names and addresses: those are for members:read. */
function liveData({ account_id, role, version }: MemberRow): unknown {
  return { account_id, role, version };
}

function copyToAccount(ctx: MembershipContext, account_id: string): void {
  ctx.schedule({ kind: "account.sync", key: account_id, run_at_ms: ctx.now });
}
