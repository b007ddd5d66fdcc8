import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { Invitation, InvitationId } from "./invitation.ts";
import { requireInvitation, toInvitation } from "./rows.ts";

export const getInvitation = defineOperation({
  name: "invitations.get",
  summary: "Get an invitation",
  effect: "read",
  scope: "members:read",
  cost: 1,
  input: z.strictObject({ invitation_id: InvitationId }),
  output: Invitation,
  errors: ["NOT_FOUND"],
  examples: [{ title: "By id", input: { invitation_id: "inv_01jd0000000000000000000000" } }],
  rest: { method: "get", path: "/invitations/{invitation_id}" },
  handle: (ctx, { invitation_id }) => toInvitation(requireInvitation(ctx.db, invitation_id), ctx.now),
});
