import * as z from "zod";
import { Currency } from "../money.ts";
import { RateLimitOverride, Tier } from "../tiers.ts";
import { TimeZone } from "../time.ts";
import { SettingsInput } from "./organization.ts";

export const ORGANIZATION_NAME_LENGTH_MAX = 200;
export const OrganizationName = z.string().trim().min(1).max(ORGANIZATION_NAME_LENGTH_MAX).describe("Display name");

/** What can be set on an organization, at creation and later. */
export const OrganizationInput = z
  .strictObject({
    name: OrganizationName,
    logo_url: z
      .url({ protocol: /^https$/, error: "an https URL" })
      .max(2_000)
      .nullish(),
    tier: Tier.optional().describe("Operator only; default free"),
    rate_limit: RateLimitOverride.nullish().describe("Operator only: the contract's limits"),
    time_zone: TimeZone.optional().describe("Default UTC"),
    currency: Currency.optional().describe("Default USD"),
    retention_days: z.int().min(1).max(36_500).nullish().describe("Remove interactions after so many days; null keeps them"),
    settings: SettingsInput.optional(),
  })
  .meta({ id: "OrganizationInput" });
