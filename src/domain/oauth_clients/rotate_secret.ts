import * as z from "zod";
import { checkHeld } from "../credential_rules.ts";
import { OperationError } from "../errors.ts";
import { defineOperation } from "../operation.ts";
import { checkVersion } from "../versioning.ts";
import { OAuthClientId, OAuthClientWithSecret } from "./oauth_client.ts";
import { liveFacts, requireOAuthClient, scopesOf, toOAuthClient, writeOAuthClient, type OAuthClientRow } from "./rows.ts";
import { mintClientSecret } from "./secret.ts";

const OVERLAP_MAX_S = 7 * 86_400;

export const rotateOAuthClientSecret = defineOperation({
  name: "oauth_clients.rotate_secret",
  summary: "Rotate an OAuth client's secret",
  description:
    "A new secret for the same client: id, scopes and tokens stay. The old secret works for `overlap_s` more seconds, so that you can deploy the new one first.",
  effect: "update",
  scope: "oauth_clients:write",
  cost: 1,
  input: z.strictObject({
    oauth_client_id: OAuthClientId,
    overlap_s: z.int().min(0).max(OVERLAP_MAX_S).default(3_600).describe("Seconds the old secret still works, at most 7 days"),
  }),
  output: OAuthClientWithSecret,
  errors: ["NOT_FOUND", "CONFLICT", "PRECONDITION_FAILED"],
  examples: [{ title: "With a day's overlap", input: { oauth_client_id: "cli_01jd0000000000000000000000", overlap_s: 86_400 } }],
  rest: { method: "post", path: "/oauth-clients/{oauth_client_id}/rotate-secret" },
  mcp: { confirm: "Replace an OAuth client's secret? The new one will be shown in this conversation." },
  versioned: true,
  secret_outputs: ["client_secret"],
  handle(ctx, { oauth_client_id, overlap_s }) {
    const row = requireOAuthClient(ctx.db, oauth_client_id);
    if (row.secret_hash === null)
      throw new OperationError("CONFLICT", "This client has no secret of ours to rotate", {
        token_endpoint_auth_method: row.token_endpoint_auth_method,
        external: row.external === 1,
      });
    checkVersion(ctx, row);
    // Whoever gets the new secret gets the client's scopes: they must have them already.
    checkHeld(ctx, scopesOf(row) ?? []);
    const secret = mintClientSecret(ctx, row.id);
    const next: OAuthClientRow = {
      ...row,
      secret_hash: secret.secret_hash,
      hint: secret.hint,
      previous_secret_hash: overlap_s > 0 ? row.secret_hash : null,
      previous_expires_at: overlap_s > 0 ? ctx.now + overlap_s * 1_000 : null,
      updated_at: ctx.now,
      version: row.version + 1,
    };
    writeOAuthClient(ctx.db, next);
    const client = toOAuthClient(next);
    ctx.record({ type: "oauth_client.secret_rotated", subject: oauth_client_id, before: toOAuthClient(row), after: client, data: liveFacts(client) });
    return { ...client, client_secret: secret.text };
  },
});
