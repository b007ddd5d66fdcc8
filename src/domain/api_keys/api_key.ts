import * as z from "zod";
import { ALL_SCOPES, type Scope } from "../scopes.ts";
import { RateLimitOverride, Tier } from "../tiers.ts";
import { Timestamp } from "../time.ts";

export const API_KEYS_MAX = 500;

export const ApiKeyId = z
  .string()
  .regex(/^key_[0-9a-z]{26}$/, "a key id (key_…)")
  .describe("API key id")
  .meta({ examples: ["key_01jd0000000000000000000000"] });

export const ScopeName = z.enum(ALL_SCOPES as [Scope, ...Scope[]]);

/** An address or a CIDR range; whether it really is one, zod's own patterns decide. */
const IpRange = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], { error: "an IPv4 or IPv6 address or CIDR range" });

/** What can be set on a key, at creation and later. */
export const ApiKeySettings = z.strictObject({
  name: z.string().trim().min(1).max(100).describe("What the key is for, in your words"),
  scopes: z.array(ScopeName).min(1).max(ALL_SCOPES.length).describe("What it may do; no more than the key that makes it"),
  tier: Tier.nullish().describe("Operator only: this key's own tier"),
  rate_limit: RateLimitOverride.nullish().describe("This key's own limits; only the operator can set more than the tier has"),
  expires_at: Timestamp.nullish().describe("When it stops working; null never"),
  allowed_ips: z.array(IpRange).min(1).max(50).nullish().describe("Addresses and CIDR ranges it may be used from; null allows any"),
});

export const ApiKey = z
  .strictObject({
    id: ApiKeyId,
    name: z.string(),
    hint: z.string().describe("The key's first and last characters"),
    environment: z.enum(["live", "test"]),
    publishable: z.boolean().describe("Made for web pages: can only send interactions"),
    scopes: z.array(ScopeName),
    tier: Tier.nullable(),
    rate_limit: RateLimitOverride.nullable(),
    expires_at: Timestamp.nullable(),
    allowed_ips: z.array(z.string()).nullable(),
    last_used_at: Timestamp.nullable().describe("To the minute"),
    revoked_at: Timestamp.nullable(),
    previous_expires_at: Timestamp.nullable().describe("Until when the secret before the last rotation still works"),
    created_at: Timestamp,
    updated_at: Timestamp,
    version: z.int(),
  })
  .meta({ id: "ApiKey" });
export type ApiKey = z.infer<typeof ApiKey>;

export const ApiKeyWithSecret = ApiKey.extend({ key: z.string().describe("The key itself; shown this once") }).meta({ id: "ApiKeyWithSecret" });
