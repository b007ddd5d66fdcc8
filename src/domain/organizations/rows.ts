import { upsertSql, type Database } from "../database.ts";
import { toTimestamp } from "../time.ts";
import type { RateLimitOverride, Tier } from "../tiers.ts";
import { OrganizationSettings, type Organization } from "./organization.ts";

/** Plain data: also what travels from the directory to an organization's actor and back. */
export interface OrganizationRow {
  id: string;
  name: string;
  slug: string;
  logo_url: string | null;
  tier: Tier;
  rate_limit: string | null;
  status: "pending" | "active";
  time_zone: string;
  currency: string;
  retention_days: number | null;
  settings: string;
  created_at: number;
  updated_at: number;
  version: number;
}

const COLUMNS = [
  "id",
  "name",
  "slug",
  "logo_url",
  "tier",
  "rate_limit",
  "status",
  "time_zone",
  "currency",
  "retention_days",
  "settings",
  "created_at",
  "updated_at",
  "version",
] as const satisfies (keyof OrganizationRow)[];

const UPSERT = upsertSql("organizations", COLUMNS);

export function toOrganization(row: OrganizationRow): Organization {
  return {
    id: row.id,
    name: row.name,
    slug: row.slug,
    logo_url: row.logo_url,
    tier: row.tier,
    rate_limit: row.rate_limit === null ? null : (JSON.parse(row.rate_limit) as RateLimitOverride),
    status: row.status,
    time_zone: row.time_zone,
    currency: row.currency,
    retention_days: row.retention_days,
    settings: OrganizationSettings.parse(JSON.parse(row.settings)),
    created_at: toTimestamp(row.created_at),
    updated_at: toTimestamp(row.updated_at),
    version: row.version,
  };
}

export function findOrganization(db: Database, id: string): OrganizationRow | undefined {
  return db.one<OrganizationRow>("SELECT * FROM organizations WHERE id = ?", id);
}

export function writeOrganization(db: Database, row: OrganizationRow): void {
  db.run(UPSERT, ...COLUMNS.map((column) => row[column]));
}
