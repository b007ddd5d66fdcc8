import * as z from "zod";
import { AccountId } from "../accounts/account.ts";
import { OAuthClientId } from "../oauth_clients/oauth_client.ts";
import { Timestamp } from "../time.ts";

export const OAuthGrantId = z
  .string()
  .regex(/^gra_[0-9a-z]{26}$/, "a grant id (gra_…)")
  .describe("Grant id")
  .meta({ examples: ["gra_01jd0000000000000000000000"] });

export const OAuthGrant = z
  .strictObject({
    id: OAuthGrantId,
    oauth_client_id: OAuthClientId,
    account_id: AccountId.nullable().describe("The member in whose name the application acts; null where it acts for itself"),
    scopes: z.array(z.string()).describe("What was granted"),
    audience: z.array(z.string()).describe("The resources its tokens are for"),
    created_at: Timestamp,
    last_used_at: Timestamp.nullable().describe("When a token was last issued from it"),
    expires_at: Timestamp.nullable(),
    revoked_at: Timestamp.nullable(),
    revoked_reason: z.string().nullable().describe("revoked, member_removed, client_deleted, code_replayed, refresh_token_replayed, …"),
  })
  .meta({ id: "OAuthGrant" });
export type OAuthGrant = z.infer<typeof OAuthGrant>;
