import * as z from "zod";
import { AccountId } from "../accounts/account.ts";
import { Role } from "../roles.ts";
import { Timestamp } from "../time.ts";

/** Open at one time. */
export const INVITATIONS_MAX = 500;

export const InvitationId = z
  .string()
  .regex(/^inv_[0-9a-z]{26}$/, "an invitation id (inv_…)")
  .describe("Invitation id")
  .meta({ examples: ["inv_01jd0000000000000000000000"] });

export const InvitationStatus = z.enum(["open", "accepted", "revoked", "expired"]);

export const Invitation = z
  .strictObject({
    id: InvitationId,
    email: z.string(),
    role: Role,
    status: InvitationStatus,
    invited_by: z.string().describe("An account id, or the id of the credential that was used"),
    created_at: Timestamp,
    expires_at: Timestamp,
    accepted_at: Timestamp.nullable(),
    account_id: AccountId.nullable().describe("Who accepted"),
    revoked_at: Timestamp.nullable(),
  })
  .meta({ id: "Invitation" });
export type Invitation = z.infer<typeof Invitation>;

export const InvitationWithUrl = Invitation.extend({ url: z.string().describe("The link to send to them; shown this once") }).meta({
  id: "InvitationWithUrl",
});
