import * as z from "zod";
import { OperationError } from "../errors.ts";
import { defineOperation } from "../operation.ts";
import { OrganizationInput } from "./input.ts";
import { Organization, OrganizationSettings } from "./organization.ts";
import { toOrganization, writeOrganization, type OrganizationRow } from "./rows.ts";

/** What the directory hands to the organization's actor so that it can start. */
export interface Provisioning {
  organization: OrganizationRow;
  api_key: { id: string; secret_hash: string; hint: string };
}

export const createOrganization = defineOperation({
  name: "organizations.create",
  summary: "Create an organization and its first API key",
  description: "Operator only. Answers the organization with `api_key`, a key with every scope that is shown this once.",
  effect: "create",
  scope: "operator",
  cost: 1,
  input: OrganizationInput.extend({
    slug: z
      .string()
      .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, "lower-case letters, digits and hyphens")
      .optional()
      .describe("Default: made from the name"),
  }),
  output: Organization.extend({ api_key: z.string().describe("Shown once"), api_key_id: z.string() }),
  errors: ["CONFLICT"],
  examples: [{ title: "A shop on the free tier", input: { name: "Acme Shop", tier: "free" } }],
  rest: { method: "post", path: "/organizations", status: 201 },
  versioned: true,
  secret_outputs: ["api_key"],
  handle(ctx, input) {
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
    const api_key_id = ctx.newId("key");
    const minted = ctx.vault.mintApiKey({ environment: "live", publishable: false, organization_id: id, key_id: api_key_id });
    const provisioning: Provisioning = {
      organization: { ...row, status: "active" },
      api_key: { id: api_key_id, secret_hash: minted.secret_hash, hint: minted.hint },
    };
    ctx.schedule({ kind: "organization.provision", key: id, run_at_ms: ctx.now, payload: provisioning });
    const organization = toOrganization(row);
    ctx.record({ type: "organization.created", subject: id, before: null, after: organization });
    return { ...organization, api_key: minted.key, api_key_id };
  },
});

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
