import * as z from "zod";
import { defineListing, oneOf, pageOf, type Condition, type FilterContext } from "../listing.ts";
import { defineOperation } from "../operation.ts";
import { Role } from "../roles.ts";
import { Invitation, InvitationStatus } from "./invitation.ts";
import { STATUS_SQL, toInvitation, type InvitationRow } from "./rows.ts";

const invitationListing = defineListing({
  name: "invitations",
  from: "invitations",
  key: "id",
  filters: {
    status: {
      schema: InvitationStatus.describe("open, accepted, revoked or expired"),
      toCondition: (status: string, ctx: FilterContext): Condition => ({ sql: `${STATUS_SQL} = ?`, params: [ctx.now, status] }),
    },
    role: oneOf("role", Role, "owner, admin, member or viewer"),
    email: oneOf("email", z.string().min(1).max(254), "E-mail address, in lower case"),
  },
  sorts: { created_at: "created_at" },
  default_sort: "-created_at",
});

export const listInvitations = defineOperation({
  name: "invitations.list",
  summary: "List invitations",
  description: "Newest first, with what became of them; never a link. Kept for 400 days.",
  effect: "read",
  scope: "members:read",
  cost: 1,
  input: invitationListing.input,
  output: pageOf(Invitation),
  errors: [],
  examples: [{ title: "Open ones", input: { filter: { status: "open" } } }],
  rest: { method: "get", path: "/invitations" },
  handle(ctx, input) {
    return invitationListing.page<InvitationRow>(ctx, input, "invitations.*").map((row) => toInvitation(row, ctx.now));
  },
});
