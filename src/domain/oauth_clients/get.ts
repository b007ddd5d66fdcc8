import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { OAuthClientId, OAuthClientRecord } from "./oauth_client.ts";
import { requireOAuthClient, toOAuthClient } from "./rows.ts";

export const getOAuthClient = defineOperation({
  name: "oauth_clients.get",
  summary: "Get an OAuth client",
  effect: "read",
  scope: "oauth_clients:read",
  cost: 1,
  input: z.strictObject({ oauth_client_id: OAuthClientId }),
  output: OAuthClientRecord,
  errors: ["NOT_FOUND"],
  examples: [{ title: "By id", input: { oauth_client_id: "cli_01jd0000000000000000000000" } }],
  rest: { method: "get", path: "/oauth-clients/{oauth_client_id}" },
  versioned: true,
  handle: (ctx, { oauth_client_id }) => toOAuthClient(requireOAuthClient(ctx.db, oauth_client_id)),
});
