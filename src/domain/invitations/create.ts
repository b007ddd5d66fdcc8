import * as z from "zod";
import { Email } from "../accounts/account.ts";
import { OperationError } from "../errors.ts";
import { checkRole } from "../members/rules.ts";
import { defineOperation } from "../operation.ts";
import { Role } from "../roles.ts";
import { recordInvitation, revokeInvitation } from "./changes.ts";
import { INVITATIONS_MAX, InvitationWithUrl } from "./invitation.ts";
import { openInvitationsOf, STATUS_SQL, toInvitation, writeInvitation, type InvitationRow } from "./rows.ts";

const EXPIRES_DEFAULT_S = 7 * 86_400;
const EXPIRES_MAX_S = 30 * 86_400;

export const createInvitation = defineOperation({
  name: "invitations.create",
  summary: "Invite somebody",
  description:
    "Answers `url`, a link that works once and only for this e-mail address: send it to them. An earlier open invitation of the same address is revoked. Needs every scope of the role.",
  effect: "create",
  scope: "members:write",
  cost: 1,
  input: z.strictObject({
    email: Email,
    role: Role,
    expires_in_s: z
      .int()
      .min(300)
      .max(EXPIRES_MAX_S)
      .default(EXPIRES_DEFAULT_S)
      .describe("Seconds the link works: 5 minutes to 30 days, default 7 days"),
  }),
  output: InvitationWithUrl,
  errors: ["CONFLICT"],
  examples: [{ title: "A colleague", input: { email: "kim@example.com", role: "member" } }],
  rest: { method: "post", path: "/invitations", status: 201 },
  mcp: { confirm: "Invite somebody to the organization? The link that lets them in will be shown in this conversation." },
  secret_outputs: ["url"],
  handle(ctx, { email, role, expires_in_s }) {
    checkRole(ctx, role);
    if (ctx.db.one("SELECT 1 FROM members WHERE email = ?", email))
      throw new OperationError("CONFLICT", "They are a member already; change their role instead", { field: "email", value: email });
    for (const earlier of openInvitationsOf(ctx.db, email, ctx.now)) {
      checkRole(ctx, earlier.role);
      revokeInvitation(ctx, earlier);
    }
    const { count } = ctx.db.one<{ count: number }>(`SELECT count(*) AS count FROM invitations WHERE (${STATUS_SQL}) = 'open'`, ctx.now)!;
    if (count >= INVITATIONS_MAX)
      throw new OperationError("CONFLICT", `An organization has at most ${INVITATIONS_MAX} open invitations; revoke one first`, {
        limit: INVITATIONS_MAX,
      });
    const id = ctx.newId("inv");
    const { text, secret_hash } = ctx.vault.mintSecret("invitation", id);
    const row: InvitationRow = {
      id,
      email,
      role,
      secret_hash,
      invited_by: ctx.principal.kind === "oauth_client" ? (ctx.principal.account_id ?? ctx.principal.id) : ctx.principal.id,
      created_at: ctx.now,
      expires_at: ctx.now + expires_in_s * 1_000,
      accepted_at: null,
      account_id: null,
      revoked_at: null,
    };
    writeInvitation(ctx.db, row);
    recordInvitation(ctx, "invitation.created", null, row);
    return { ...toInvitation(row, ctx.now), url: `${ctx.base_url}/account/invitation?token=${text}` };
  },
});
