import type * as z from "zod";
import type { OperationContext } from "../context.ts";
import { OperationError } from "../errors.ts";
import type { OrganizationInput } from "./input.ts";
import { OrganizationSettings } from "./organization.ts";
import { writeOrganization, type OrganizationRow } from "./rows.ts";

/** What the directory hands to the organization's actor so that it can start. */
export interface Provisioning {
  organization: OrganizationRow;
  /** The first key; null for an organization that a person started, who makes keys themselves. */
  api_key: { id: string; secret_hash: string; hint: string } | null;
}

/** Writes the directory's row of a new organization, pending until its actor is provisioned. CONFLICT when its slug is taken. */
export function writeNewOrganization(
  ctx: OperationContext,
  input: z.output<typeof OrganizationInput> & { slug?: string | undefined },
): OrganizationRow {
  const id = ctx.newId("org");
  const row: OrganizationRow = {
    id,
    name: input.name,
    slug: input.slug ?? slugOf(input.name, id),
    logo_url: input.logo_url ?? null,
    tier: input.tier ?? "free",
    rate_limit: input.rate_limit ? JSON.stringify(input.rate_limit) : null,
    status: "pending",
    time_zone: input.time_zone ?? "UTC",
    currency: input.currency ?? "USD",
    retention_days: input.retention_days ?? null,
    settings: JSON.stringify(OrganizationSettings.parse(input.settings ?? {})),
    created_at: ctx.now,
    updated_at: ctx.now,
    version: 1,
  };
  if (ctx.db.one("SELECT 1 FROM organizations WHERE slug = ?", row.slug))
    throw new OperationError("CONFLICT", "Another organization has this slug", { field: "slug", value: row.slug });
  writeOrganization(ctx.db, row);
  return row;
}

/** A readable slug that cannot collide: the name's letters and digits, then the id's random end. */
function slugOf(name: string, id: string): string {
  const words = name
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 48);
  return `${words || "organization"}-${id.slice(-8)}`;
}
