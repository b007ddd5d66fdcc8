import * as z from "zod";
import type { Database } from "../database.ts";
import { defineOperation } from "../operation.ts";
import { forgetConsents } from "./consent_rows.ts";
import { OAuthGrant, OAuthGrantId } from "./oauth_grant.ts";
import { revokeGrant } from "./revoke_rows.ts";
import { ACTIVE_GRANT, requireOAuthGrant, toOAuthGrant, type OAuthGrantRow } from "./rows.ts";

export const revokeOAuthGrant = defineOperation({
  name: "oauth_grants.revoke",
  summary: "Take back what an application was granted",
  description:
    "Its tokens are refused from the next request on, and the member is asked again before the application gets new ones. Revoking again changes nothing. To keep an application out, suspend it.",
  effect: "delete",
  scope: "oauth_clients:write",
  cost: 1,
  input: z.strictObject({ grant_id: OAuthGrantId }),
  output: OAuthGrant,
  errors: ["NOT_FOUND"],
  examples: [{ title: "By id", input: { grant_id: "gra_01jd0000000000000000000000" } }],
  rest: { method: "delete", path: "/oauth-grants/{grant_id}" },
  handle(ctx, { grant_id }) {
    const row = requireOAuthGrant(ctx.db, grant_id);
    if (!revokeGrant(ctx.db, grant_id, "revoked", ctx.now)) return toOAuthGrant(row);
    forgetUnusedConsent(ctx.db, row, ctx.now);
    const grant = toOAuthGrant(requireOAuthGrant(ctx.db, grant_id));
    ctx.record({
      type: "oauth_grant.revoked",
      subject: grant_id,
      before: toOAuthGrant(row),
      after: grant,
      data: { id: grant_id, oauth_client_id: row.oauth_client_id },
    });
    return grant;
  },
});

/** With the last of a member's grants goes the consent, so that they are asked again; another sign-in of theirs goes on. */
function forgetUnusedConsent(db: Database, { account_id, oauth_client_id }: OAuthGrantRow, now: number): void {
  if (account_id === null) return;
  const other = db.one(
    `SELECT 1 FROM oauth_grants WHERE ${ACTIVE_GRANT} AND account_id = ? AND oauth_client_id = ?`,
    now,
    account_id,
    oauth_client_id,
  );
  if (!other) forgetConsents(db, { account_id, oauth_client_id });
}
