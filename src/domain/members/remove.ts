import * as z from "zod";
import { AccountId } from "../accounts/account.ts";
import { defineOperation } from "../operation.ts";
import { checkVersion } from "../versioning.ts";
import { removeMember } from "./changes.ts";
import { requireMember } from "./rows.ts";
import { checkRole, requireOtherOwner } from "./rules.ts";

export const deleteMember = defineOperation({
  name: "members.remove",
  summary: "Remove a member",
  description:
    "Ends everything that applications may do here in their name, from the next request on, and the open invitations they made. Keys they made stay: revoke those one by one. Needs every scope of their role; the last owner cannot be removed.",
  effect: "delete",
  scope: "members:write",
  cost: 1,
  input: z.strictObject({ account_id: AccountId }),
  output: z.strictObject({ account_id: AccountId, deleted: z.literal(true) }),
  errors: ["NOT_FOUND", "CONFLICT", "PRECONDITION_FAILED"],
  examples: [{ title: "By account id", input: { account_id: "usr_01jd0000000000000000000000" } }],
  rest: { method: "delete", path: "/members/{account_id}" },
  versioned: true,
  handle(ctx, { account_id }) {
    const row = requireMember(ctx.db, account_id);
    checkVersion(ctx, row);
    checkRole(ctx, row.role);
    requireOtherOwner(ctx.db, row);
    removeMember(ctx, row);
    return { account_id, deleted: true as const };
  },
});
