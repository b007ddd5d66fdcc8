import * as z from "zod";
import { OperationError } from "../errors.ts";
import { defineOperation } from "../operation.ts";
import type { Scope } from "../scopes.ts";
import { checkVersion } from "../versioning.ts";
import { ApiKeyId, ApiKeyWithSecret } from "./api_key.ts";
import { checkSettings } from "./rules.ts";
import { requireApiKey, toApiKey, writeApiKey, type ApiKeyRow } from "./rows.ts";

const OVERLAP_MAX_S = 7 * 86_400;

export const rotateApiKey = defineOperation({
  name: "api_keys.rotate",
  summary: "Rotate an API key",
  description:
    "A new secret for the same key: id, scopes and limits stay. The old secret works for `overlap_s` more seconds, so that you can deploy the new one first.",
  effect: "update",
  scope: "api_keys:write",
  cost: 1,
  input: z.strictObject({
    api_key_id: ApiKeyId,
    overlap_s: z.int().min(0).max(OVERLAP_MAX_S).default(3_600).describe("Seconds the old secret still works, at most 7 days"),
  }),
  output: ApiKeyWithSecret,
  errors: ["NOT_FOUND", "GONE", "PRECONDITION_FAILED"],
  examples: [{ title: "With a day's overlap", input: { api_key_id: "key_01jd0000000000000000000000", overlap_s: 86_400 } }],
  rest: { method: "post", path: "/api-keys/{api_key_id}/rotate" },
  mcp: { confirm: "Replace an API key's secret? The new one will be shown in this conversation." },
  versioned: true,
  secret_outputs: ["key"],
  handle(ctx, { api_key_id, overlap_s }) {
    const row = requireApiKey(ctx.db, api_key_id);
    if (row.revoked_at !== null) throw new OperationError("GONE", "This key is revoked; create a new one", { id: api_key_id });
    checkVersion(ctx, row);
    // Whoever gets the new secret gets the key's scopes: they must have them already.
    checkSettings(ctx, { scopes: JSON.parse(row.scopes) as Scope[] }, { environment: row.environment, publishable: row.publishable === 1 });
    const minted = ctx.vault.mintApiKey({
      environment: row.environment,
      publishable: row.publishable === 1,
      organization_id: ctx.organization.id,
      key_id: row.id,
    });
    const next: ApiKeyRow = {
      ...row,
      secret_hash: minted.secret_hash,
      hint: minted.hint,
      previous_secret_hash: overlap_s > 0 ? row.secret_hash : null,
      previous_expires_at: overlap_s > 0 ? ctx.now + overlap_s * 1_000 : null,
      updated_at: ctx.now,
      version: row.version + 1,
    };
    writeApiKey(ctx.db, next);
    const key = toApiKey(next);
    ctx.record({ type: "api_key.rotated", subject: api_key_id, before: toApiKey(row), after: key });
    return { ...key, key: minted.key };
  },
});
