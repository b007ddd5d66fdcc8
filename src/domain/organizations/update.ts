import { OperationError, notFound } from "../errors.ts";
import { defineOperation } from "../operation.ts";
import { checkVersion } from "../versioning.ts";
import { OrganizationInput } from "./input.ts";
import { Organization, OrganizationId, OrganizationSettings } from "./organization.ts";
import { findOrganization, toOrganization, writeOrganization, type OrganizationRow } from "./rows.ts";

const OPERATOR_FIELDS = ["tier", "rate_limit"] as const;

export const updateOrganization = defineOperation({
  name: "organizations.update",
  summary: "Update an organization",
  description: "Changes the fields that are sent. Tier and rate limit are the operator's. A new time zone recomputes all insights in the background.",
  effect: "update",
  scope: "organizations:write",
  cost: 1,
  input: OrganizationInput.partial().extend({ organization_id: OrganizationId }),
  output: Organization,
  errors: ["NOT_FOUND", "PRECONDITION_FAILED"],
  examples: [{ title: "Rename", input: { organization_id: "org_01jd0000000000000000000000", name: "Acme" } }],
  rest: { method: "patch", path: "/organizations/{organization_id}" },
  versioned: true,
  handle(ctx, { organization_id, ...changes }) {
    const row = findOrganization(ctx.db, organization_id);
    if (!row) throw notFound("organization", organization_id);
    checkVersion(ctx, row);
    const reserved = OPERATOR_FIELDS.find((field) => changes[field] !== undefined);
    if (reserved && ctx.principal.kind !== "operator")
      throw new OperationError("FORBIDDEN", `Only the operator can set ${reserved}`, { field: reserved, required_scope: "operator" });
    const settings = OrganizationSettings.parse({ ...(JSON.parse(row.settings) as object), ...changes.settings });
    const next: OrganizationRow = {
      ...row,
      name: changes.name ?? row.name,
      tier: changes.tier ?? row.tier,
      time_zone: changes.time_zone ?? row.time_zone,
      currency: changes.currency ?? row.currency,
      logo_url: changes.logo_url === undefined ? row.logo_url : changes.logo_url,
      retention_days: changes.retention_days === undefined ? row.retention_days : changes.retention_days,
      rate_limit: changes.rate_limit === undefined ? row.rate_limit : changes.rate_limit && JSON.stringify(changes.rate_limit),
      settings: JSON.stringify(settings),
      updated_at: ctx.now,
      version: row.version + 1,
    };
    writeOrganization(ctx.db, next);
    // Rollups are kept by local day and in the organization's currency: either change makes them stale.
    if (next.time_zone !== row.time_zone || next.currency !== row.currency) {
      // Until the job has run, insights say that they are incomplete.
      ctx.db.run("UPDATE rollup_state SET rebuilding = 1");
      ctx.schedule({ kind: "rollups.rebuild", key: organization_id, run_at_ms: ctx.now });
    }
    if (next.retention_days !== row.retention_days) ctx.schedule({ kind: "interactions.retention", key: "", run_at_ms: ctx.now });
    if (next.name !== row.name) ctx.schedule({ kind: "accounts.sync", key: organization_id, run_at_ms: ctx.now });
    ctx.schedule({ kind: "directory.sync", key: organization_id, run_at_ms: ctx.now });
    const organization = toOrganization(next);
    ctx.record({ type: "organization.updated", subject: organization_id, before: toOrganization(row), after: organization });
    return organization;
  },
});
