import * as z from "zod";
import { RateLimitOverride, Tier } from "../tiers.ts";
import { Currency } from "../money.ts";
import { Timestamp, TimeZone } from "../time.ts";

export const OrganizationId = z
  .string()
  .regex(/^org_[0-9a-z]{26}$/)
  .describe("Organization id")
  .meta({ examples: ["org_01jd0000000000000000000000"] });

const allowed_origins = z
  .array(z.url().max(200))
  .max(20)
  .describe("Origins whose pages may send interactions with a publishable key; empty allows any");
const live_late_after_s = z.int().min(60).max(604_800).describe("Interactions older than this on arrival are flagged late");
const persisted_operations_only = z.boolean().describe("Whether GraphQL runs registered operations only");

/** What a change may name. Without defaults: what it does not name stays as it is. */
export const SettingsInput = z.strictObject({ allowed_origins, live_late_after_s, persisted_operations_only }).partial();

export const OrganizationSettings = z
  .strictObject({
    allowed_origins: allowed_origins.default([]),
    live_late_after_s: live_late_after_s.default(86_400),
    persisted_operations_only: persisted_operations_only.default(false),
  })
  .describe("Behaviour an organization can tune");

export const Organization = z
  .strictObject({
    id: OrganizationId,
    name: z.string().describe("Display name"),
    slug: z.string().describe("Readable name for URLs, unique in the deployment"),
    logo_url: z.string().nullable(),
    tier: Tier,
    rate_limit: RateLimitOverride.nullable().describe("The contract's limits, where they differ from the tier's"),
    status: z.enum(["pending", "active"]).describe("pending until its actor is provisioned"),
    time_zone: TimeZone,
    currency: Currency.describe("Currency of the organization's revenue figures (ISO 4217)"),
    retention_days: z.int().nullable().describe("Interactions older than this are removed; null keeps them"),
    settings: OrganizationSettings,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: z.int(),
  })
  .meta({ id: "Organization" });
export type Organization = z.infer<typeof Organization>;
