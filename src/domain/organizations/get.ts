import * as z from "zod";
import { notFound } from "../errors.ts";
import { defineOperation } from "../operation.ts";
import { Organization, OrganizationId } from "./organization.ts";
import { findOrganization, toOrganization } from "./rows.ts";

export const getOrganization = defineOperation({
  name: "organizations.get",
  summary: "Get an organization",
  effect: "read",
  scope: "organizations:read",
  cost: 1,
  input: z.strictObject({ organization_id: OrganizationId }),
  output: Organization,
  errors: ["NOT_FOUND"],
  examples: [{ title: "By id", input: { organization_id: "org_01jd0000000000000000000000" } }],
  rest: { method: "get", path: "/organizations/{organization_id}" },
  versioned: true,
  handle(ctx, { organization_id }) {
    const row = findOrganization(ctx.db, organization_id);
    if (!row) throw notFound("organization", organization_id);
    return toOrganization(row);
  },
});
