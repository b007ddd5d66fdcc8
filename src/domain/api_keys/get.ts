import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { ApiKey, ApiKeyId } from "./api_key.ts";
import { requireApiKey, toApiKey } from "./rows.ts";

export const getApiKey = defineOperation({
  name: "api_keys.get",
  summary: "Get an API key",
  effect: "read",
  scope: "api_keys:read",
  cost: 1,
  input: z.strictObject({ api_key_id: ApiKeyId }),
  output: ApiKey,
  errors: ["NOT_FOUND"],
  examples: [{ title: "By id", input: { api_key_id: "key_01jd0000000000000000000000" } }],
  rest: { method: "get", path: "/api-keys/{api_key_id}" },
  versioned: true,
  handle(ctx, { api_key_id }) {
    return toApiKey(requireApiKey(ctx.db, api_key_id));
  },
});
