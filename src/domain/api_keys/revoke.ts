import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { checkVersion } from "../versioning.ts";
import { ApiKey, ApiKeyId } from "./api_key.ts";
import { requireApiKey, toApiKey, writeApiKey, type ApiKeyRow } from "./rows.ts";

export const revokeApiKey = defineOperation({
  name: "api_keys.revoke",
  summary: "Revoke an API key",
  description: "The key is refused from its next request on. Its record stays for the audit; revoking again changes nothing.",
  effect: "delete",
  scope: "api_keys:write",
  cost: 1,
  input: z.strictObject({ api_key_id: ApiKeyId }),
  output: ApiKey,
  errors: ["NOT_FOUND", "PRECONDITION_FAILED"],
  examples: [{ title: "By id", input: { api_key_id: "key_01jd0000000000000000000000" } }],
  rest: { method: "delete", path: "/api-keys/{api_key_id}" },
  versioned: true,
  handle(ctx, { api_key_id }) {
    const row = requireApiKey(ctx.db, api_key_id);
    checkVersion(ctx, row);
    if (row.revoked_at !== null) return toApiKey(row);
    const next: ApiKeyRow = {
      ...row,
      revoked_at: ctx.now,
      previous_secret_hash: null,
      previous_expires_at: null,
      updated_at: ctx.now,
      version: row.version + 1,
    };
    writeApiKey(ctx.db, next);
    const key = toApiKey(next);
    ctx.record({ type: "api_key.revoked", subject: api_key_id, before: toApiKey(row), after: key });
    return key;
  },
});
