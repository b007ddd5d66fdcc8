import * as z from "zod";
import { ScopeName } from "../api_keys/api_key.ts";
import { AuthMethod, GrantType } from "../oauth/client.ts";
import { ClientName } from "../oauth/client_name.ts";
import { ClientJwks } from "../oauth/jwks.ts";
import { ALL_SCOPES } from "../scopes.ts";
import { RateLimitOverride, Tier } from "../tiers.ts";
import { Timestamp } from "../time.ts";

/** An organization's own; clients from elsewhere come with its members' consent. */
export const OAUTH_CLIENTS_MAX = 200;
const REDIRECT_URIS_MAX = 10;
const URI_LENGTH_MAX = 2_000;

export const OAuthClientId = z
  .string()
  .regex(/^cli_[0-9a-z]{26}$/, "an OAuth client id (cli_ and 26 characters: the part of client_id before the first point)")
  .describe("OAuth client id, of this API; an application sends its `client_id`")
  .meta({ examples: ["cli_01jd0000000000000000000000"] });

/** What can be set on a client, at creation and later. */
export const OAuthClientSettings = z.strictObject({
  name: ClientName.describe("The application's name, as people see it on the consent page"),
  client_uri: z
    .url({ protocol: /^https$/, error: "an https URL" })
    .max(URI_LENGTH_MAX)
    .nullish()
    .describe("The application's home page"),
  redirect_uris: z
    .array(z.string().max(URI_LENGTH_MAX))
    .max(REDIRECT_URIS_MAX)
    .describe("Where people return with a code; compared character by character. Needed for authorization_code"),
  scopes: z.array(ScopeName).min(1).max(ALL_SCOPES.length).describe("The most it may ask for; no more than the credential that sets them has"),
  jwks: ClientJwks,
  jwks_uri: z.string().max(URI_LENGTH_MAX).describe("https URL of its public keys, for private_key_jwt; instead of `jwks`"),
  tier: Tier.nullish().describe("Operator only: this client's own tier"),
  rate_limit: RateLimitOverride.nullish().describe("This client's own limits; only the operator can set more than the tier has"),
});

export const OAuthClientRecord = z
  .strictObject({
    id: OAuthClientId,
    client_id: z.string().describe("What the application sends as client_id"),
    external: z.boolean().describe("True for an application from elsewhere that a member let in: only its limits can be set, and suspended"),
    name: z.string(),
    client_uri: z.string().nullable(),
    token_endpoint_auth_method: AuthMethod,
    redirect_uris: z.array(z.string()),
    grant_types: z.array(GrantType),
    scopes: z.array(ScopeName).nullable().describe("Null for an external application that asks for what it needs each time"),
    jwks: z.json().nullable(),
    jwks_uri: z.string().nullable(),
    hint: z.string().nullable().describe("The secret's first and last characters; null for a client without a secret"),
    tier: Tier.nullable(),
    rate_limit: RateLimitOverride.nullable(),
    suspended: z.boolean(),
    suspended_at: Timestamp.nullable(),
    last_used_at: Timestamp.nullable().describe("To the minute"),
    previous_secret_expires_at: Timestamp.nullable().describe("Until when the secret before the last rotation still works"),
    created_at: Timestamp,
    updated_at: Timestamp,
    version: z.int(),
  })
  .meta({ id: "OAuthClient" });
export type OAuthClientRecord = z.infer<typeof OAuthClientRecord>;

export const OAuthClientWithSecret = OAuthClientRecord.extend({
  client_secret: z.string().nullable().describe("The secret itself, shown this once; null for a client without one"),
}).meta({ id: "OAuthClientWithSecret" });
