import * as z from "zod";
import { AccountId } from "../accounts/account.ts";
import { defineOperation } from "../operation.ts";
import { Role } from "../roles.ts";
import { checkVersion } from "../versioning.ts";
import { changeRole } from "./changes.ts";
import { Member } from "./member.ts";
import { requireMember, toMember } from "./rows.ts";
import { checkRole, requireOtherOwner } from "./rules.ts";

export const updateMember = defineOperation({
  name: "members.update",
  summary: "Change a member's role",
  description:
    "Holds from the next request on, for applications that act in the member's name too. With a lower role the open invitations they made end. Needs every scope of the old and of the new role; the last owner stays one.",
  effect: "update",
  scope: "members:write",
  cost: 1,
  input: z.strictObject({ account_id: AccountId, role: Role }),
  output: Member,
  errors: ["NOT_FOUND", "CONFLICT", "PRECONDITION_FAILED"],
  examples: [{ title: "Make an admin", input: { account_id: "usr_01jd0000000000000000000000", role: "admin" } }],
  rest: { method: "patch", path: "/members/{account_id}" },
  versioned: true,
  handle(ctx, { account_id, role }) {
    const row = requireMember(ctx.db, account_id);
    checkVersion(ctx, row);
    checkRole(ctx, row.role);
    checkRole(ctx, role);
    if (role !== "owner") requireOtherOwner(ctx.db, row);
    return toMember(changeRole(ctx, row, role));
  },
});
