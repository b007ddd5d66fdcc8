import * as z from "zod";
import { AccountId } from "../accounts/account.ts";
import { defineOperation } from "../operation.ts";
import { Member } from "./member.ts";
import { requireMember, toMember } from "./rows.ts";

export const getMember = defineOperation({
  name: "members.get",
  summary: "Get a member",
  effect: "read",
  scope: "members:read",
  cost: 1,
  input: z.strictObject({ account_id: AccountId }),
  output: Member,
  errors: ["NOT_FOUND"],
  examples: [{ title: "By account id", input: { account_id: "usr_01jd0000000000000000000000" } }],
  rest: { method: "get", path: "/members/{account_id}" },
  versioned: true,
  handle: (ctx, { account_id }) => toMember(requireMember(ctx.db, account_id)),
});
