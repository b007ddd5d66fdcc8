import { OperationError } from "../errors.ts";
import { defineOperation } from "../operation.ts";
import { checkVersion } from "../versioning.ts";
import { ApiKey, ApiKeyId, ApiKeySettings } from "./api_key.ts";
import { checkSettings, settingsColumns } from "./rules.ts";
import { requireApiKey, toApiKey, writeApiKey, type ApiKeyRow } from "./rows.ts";

export const updateApiKey = defineOperation({
  name: "api_keys.update",
  summary: "Update an API key",
  description: "Changes the settings that are sent, from the key's next request on.",
  effect: "update",
  scope: "api_keys:write",
  cost: 1,
  input: ApiKeySettings.partial().extend({ api_key_id: ApiKeyId }),
  output: ApiKey,
  errors: ["NOT_FOUND", "GONE", "PRECONDITION_FAILED"],
  examples: [{ title: "Rename", input: { api_key_id: "key_01jd0000000000000000000000", name: "Shop backend 2" } }],
  rest: { method: "patch", path: "/api-keys/{api_key_id}" },
  versioned: true,
  handle(ctx, { api_key_id, ...settings }) {
    const row = requireApiKey(ctx.db, api_key_id);
    if (row.revoked_at !== null) throw new OperationError("GONE", "This key is revoked; create a new one", { id: api_key_id });
    checkVersion(ctx, row);
    checkSettings(ctx, settings, { environment: row.environment, publishable: row.publishable === 1 });
    const next: ApiKeyRow = { ...row, ...settingsColumns(settings), updated_at: ctx.now, version: row.version + 1 };
    writeApiKey(ctx.db, next);
    const key = toApiKey(next);
    ctx.record({ type: "api_key.updated", subject: api_key_id, before: toApiKey(row), after: key });
    return key;
  },
});
