import * as z from "zod";
import { AccountId } from "../accounts/account.ts";
import { defineListing, oneOf, pageOf, type Condition, type FilterContext } from "../listing.ts";
import { OAuthClientId } from "../oauth_clients/oauth_client.ts";
import { defineOperation } from "../operation.ts";
import { OAuthGrant } from "./oauth_grant.ts";
import { ACTIVE_GRANT, toOAuthGrant, type OAuthGrantRow } from "./rows.ts";

const grantListing = defineListing({
  name: "oauth_grants",
  from: "oauth_grants",
  key: "id",
  filters: {
    oauth_client_id: oneOf("oauth_client_id", OAuthClientId, "Application"),
    account_id: oneOf("account_id", AccountId, "Member"),
    active: {
      schema: z.boolean().describe("Whether it is in force"),
      toCondition: (active: boolean, ctx: FilterContext): Condition => ({ sql: `(${ACTIVE_GRANT}) = ?`, params: [ctx.now, active ? 1 : 0] }),
    },
  },
  sorts: { created_at: "created_at" },
  default_sort: "-created_at",
});

export const listOAuthGrants = defineOperation({
  name: "oauth_grants.list",
  summary: "List what applications were granted",
  description: "Each authorization: which application, in whose name, with which scopes. Revoked ones are kept for 90 days.",
  effect: "read",
  scope: "oauth_clients:read",
  cost: 1,
  input: grantListing.input,
  output: pageOf(OAuthGrant),
  errors: [],
  examples: [{ title: "In force", input: { filter: { active: true } } }],
  rest: { method: "get", path: "/oauth-grants" },
  handle(ctx, input) {
    return grantListing.page<OAuthGrantRow>(ctx, input, "oauth_grants.*").map(toOAuthGrant);
  },
});
