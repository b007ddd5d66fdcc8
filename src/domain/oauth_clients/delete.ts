import * as z from "zod";
import { forgetConsents } from "../oauth_grants/consent_rows.ts";
import { revokeGrantsOf } from "../oauth_grants/revoke_rows.ts";
import { defineOperation } from "../operation.ts";
import { checkVersion } from "../versioning.ts";
import { OAuthClientId } from "./oauth_client.ts";
import { requireOAuthClient, liveFacts, toOAuthClient } from "./rows.ts";

export const deleteOAuthClient = defineOperation({
  name: "oauth_clients.delete",
  summary: "Delete an OAuth client",
  description:
    "Its secret, its tokens and what members granted it end at once. An application from elsewhere comes back when a member lets it in again: suspend it to keep it out.",
  effect: "delete",
  scope: "oauth_clients:write",
  cost: 1,
  input: z.strictObject({ oauth_client_id: OAuthClientId }),
  output: z.strictObject({ id: OAuthClientId, deleted: z.literal(true) }),
  errors: ["NOT_FOUND", "PRECONDITION_FAILED"],
  examples: [{ title: "By id", input: { oauth_client_id: "cli_01jd0000000000000000000000" } }],
  rest: { method: "delete", path: "/oauth-clients/{oauth_client_id}" },
  versioned: true,
  handle(ctx, { oauth_client_id }) {
    const row = requireOAuthClient(ctx.db, oauth_client_id);
    checkVersion(ctx, row);
    ctx.db.run("DELETE FROM oauth_clients WHERE id = ?", oauth_client_id);
    revokeGrantsOf(ctx.db, { oauth_client_id }, "client_deleted", ctx.now);
    forgetConsents(ctx.db, { oauth_client_id });
    ctx.record({ type: "oauth_client.deleted", subject: oauth_client_id, before: toOAuthClient(row), after: null, data: liveFacts(row) });
    return { id: oauth_client_id, deleted: true as const };
  },
});
