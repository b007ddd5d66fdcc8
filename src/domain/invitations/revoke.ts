import * as z from "zod";
import { OperationError } from "../errors.ts";
import { checkRole } from "../members/rules.ts";
import { defineOperation } from "../operation.ts";
import { revokeInvitation } from "./changes.ts";
import { Invitation, InvitationId } from "./invitation.ts";
import { requireInvitation, toInvitation } from "./rows.ts";

export const deleteInvitation = defineOperation({
  name: "invitations.revoke",
  summary: "Revoke an invitation",
  description: "Its link stops working at once. Its record stays; revoking again changes nothing. Needs every scope of its role.",
  effect: "delete",
  scope: "members:write",
  cost: 1,
  input: z.strictObject({ invitation_id: InvitationId }),
  output: Invitation,
  errors: ["NOT_FOUND", "CONFLICT"],
  examples: [{ title: "By id", input: { invitation_id: "inv_01jd0000000000000000000000" } }],
  rest: { method: "delete", path: "/invitations/{invitation_id}" },
  handle(ctx, { invitation_id }) {
    const row = requireInvitation(ctx.db, invitation_id);
    checkRole(ctx, row.role);
    if (row.revoked_at !== null) return toInvitation(row, ctx.now);
    if (row.accepted_at !== null)
      throw new OperationError("CONFLICT", "This invitation was accepted; remove the member instead", { account_id: row.account_id });
    return toInvitation(revokeInvitation(ctx, row), ctx.now);
  },
});
