import * as z from "zod";
import { defineListing, oneOf, pageOf } from "../listing.ts";
import { defineOperation } from "../operation.ts";
import { ApiKey } from "./api_key.ts";
import { toApiKey, type ApiKeyRow } from "./rows.ts";

const apiKeyListing = defineListing({
  name: "api_keys",
  from: "api_keys",
  key: "id",
  filters: { environment: oneOf("environment", z.enum(["live", "test"]), "live or test") },
  sorts: { created_at: "created_at" },
  default_sort: "-created_at",
});

export const listApiKeys = defineOperation({
  name: "api_keys.list",
  summary: "List API keys",
  description: "Every key with its scopes, limits and last use, revoked ones included; never a secret.",
  effect: "read",
  scope: "api_keys:read",
  cost: 1,
  input: apiKeyListing.input,
  output: pageOf(ApiKey),
  errors: [],
  examples: [{ title: "Live keys", input: { filter: { environment: "live" } } }],
  rest: { method: "get", path: "/api-keys" },
  handle(ctx, input) {
    return apiKeyListing.page<ApiKeyRow>(ctx, input, "api_keys.*").map(toApiKey);
  },
});
