import type { OperationContext } from "../context.ts";
import type { EventType } from "../events/types.ts";
import { toInvitation, writeInvitation, type InvitationRow } from "./rows.ts";

type InvitationContext = Pick<OperationContext, "db" | "now" | "record">;

/** Makes an open invitation's link worthless. */
export function revokeInvitation(ctx: InvitationContext, row: InvitationRow): InvitationRow {
  const next: InvitationRow = { ...row, revoked_at: ctx.now };
  writeInvitation(ctx.db, next);
  recordInvitation(ctx, "invitation.revoked", row, next);
  return next;
}

/** Whoever follows events need not learn addresses: those are for members:read. */
export function recordInvitation(ctx: InvitationContext, type: EventType, before: InvitationRow | null, after: InvitationRow): void {
  const shown = toInvitation(after, ctx.now);
  const { email: _email, ...data } = shown;
  ctx.record({ type, subject: after.id, before: before && toInvitation(before, ctx.now), after: shown, data });
}
