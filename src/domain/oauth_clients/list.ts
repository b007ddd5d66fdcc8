import * as z from "zod";
import { defineListing, oneOf, pageOf, type Condition } from "../listing.ts";
import { defineOperation } from "../operation.ts";
import { OAuthClientRecord } from "./oauth_client.ts";
import { toOAuthClient, type OAuthClientRow } from "./rows.ts";

const clientListing = defineListing({
  name: "oauth_clients",
  from: "oauth_clients",
  key: "id",
  filters: {
    client_id: oneOf("client_id", z.string().min(1).max(500), "What the application sends as client_id"),
    external: {
      schema: z.boolean().describe("Whether it comes from elsewhere"),
      toCondition: (external: boolean): Condition => ({ sql: "external = ?", params: [external ? 1 : 0] }),
    },
    suspended: {
      schema: z.boolean().describe("Whether it is suspended"),
      toCondition: (suspended: boolean): Condition => ({ sql: suspended ? "suspended_at IS NOT NULL" : "suspended_at IS NULL", params: [] }),
    },
  },
  sorts: { created_at: "created_at" },
  default_sort: "-created_at",
});

export const listOAuthClients = defineOperation({
  name: "oauth_clients.list",
  summary: "List OAuth clients",
  description: "The organization's own and those from elsewhere that members let in, with scopes, limits and last use; never a secret.",
  effect: "read",
  scope: "oauth_clients:read",
  cost: 1,
  input: clientListing.input,
  output: pageOf(OAuthClientRecord),
  errors: [],
  examples: [{ title: "From elsewhere", input: { filter: { external: true } } }],
  rest: { method: "get", path: "/oauth-clients" },
  handle(ctx, input) {
    return clientListing.page<OAuthClientRow>(ctx, input, "oauth_clients.*").map(toOAuthClient);
  },
});
