import * as z from "zod";
import { OperationError } from "../errors.ts";
import { defineOperation } from "../operation.ts";
import { API_KEYS_MAX, ApiKeySettings, ApiKeyWithSecret } from "./api_key.ts";
import { checkSettings, settingsColumns } from "./rules.ts";
import { toApiKey, writeApiKey, type ApiKeyRow } from "./rows.ts";

export const createApiKey = defineOperation({
  name: "api_keys.create",
  summary: "Create an API key",
  description:
    "Answers the key itself this once; only its hash is kept. A publishable key (crow_live_pub_…) may stand in a web page: it can only send interactions. A test key reaches the organization's sandbox, never its live data.",
  effect: "create",
  scope: "api_keys:write",
  cost: 1,
  input: ApiKeySettings.extend({
    environment: z.enum(["live", "test"]).default("live"),
    publishable: z.boolean().default(false).describe("For web pages; only the scope interactions:write"),
  }),
  output: ApiKeyWithSecret,
  errors: ["CONFLICT"],
  examples: [{ title: "A backend that sends interactions", input: { name: "Shop backend", scopes: ["interactions:write", "products:write"] } }],
  rest: { method: "post", path: "/api-keys", status: 201 },
  mcp: { confirm: "Create an API key? Its secret will be shown in this conversation." },
  versioned: true,
  secret_outputs: ["key"],
  handle(ctx, { environment, publishable, ...settings }) {
    checkSettings(ctx, settings, { environment, publishable });
    const { count } = ctx.db.one<{ count: number }>("SELECT count(*) AS count FROM api_keys WHERE revoked_at IS NULL")!;
    if (count >= API_KEYS_MAX)
      throw new OperationError("CONFLICT", `An organization has at most ${API_KEYS_MAX} keys; revoke one first`, { limit: API_KEYS_MAX });
    const id = ctx.newId("key");
    const minted = ctx.vault.mintApiKey({ environment, publishable, organization_id: ctx.organization.id, key_id: id });
    const row: ApiKeyRow = {
      id,
      name: settings.name,
      secret_hash: minted.secret_hash,
      hint: minted.hint,
      environment,
      publishable: publishable ? 1 : 0,
      scopes: "[]",
      tier: null,
      rate_limit: null,
      allowed_ips: null,
      created_at: ctx.now,
      updated_at: ctx.now,
      expires_at: null,
      last_used_at: null,
      revoked_at: null,
      previous_secret_hash: null,
      previous_expires_at: null,
      version: 1,
      ...settingsColumns(settings),
    };
    writeApiKey(ctx.db, row);
    const key = toApiKey(row);
    ctx.record({ type: "api_key.created", subject: id, before: null, after: key });
    return { ...key, key: minted.key };
  },
});
