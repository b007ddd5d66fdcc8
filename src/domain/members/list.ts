import * as z from "zod";
import { defineListing, oneOf, pageOf } from "../listing.ts";
import { defineOperation } from "../operation.ts";
import { Role } from "../roles.ts";
import { Member } from "./member.ts";
import { toMember, type MemberRow } from "./rows.ts";

const memberListing = defineListing({
  name: "members",
  from: "members",
  key: "account_id",
  filters: {
    role: oneOf("role", Role, "owner, admin, member or viewer"),
    email: oneOf("email", z.string().min(1).max(254), "E-mail address, in lower case"),
  },
  sorts: { created_at: "created_at" },
  default_sort: "-created_at",
});

export const listMembers = defineOperation({
  name: "members.list",
  summary: "List members",
  description: "Who belongs to the organization and in which role.",
  effect: "read",
  scope: "members:read",
  cost: 1,
  input: memberListing.input,
  output: pageOf(Member),
  errors: [],
  examples: [{ title: "Owners", input: { filter: { role: "owner" } } }],
  rest: { method: "get", path: "/members" },
  handle(ctx, input) {
    return memberListing.page<MemberRow>(ctx, input, "members.*").map(toMember);
  },
});
