import * as z from "zod";
import { notFound } from "../errors.ts";
import { defineOperation } from "../operation.ts";
import { checkVersion } from "../versioning.ts";
import { OrganizationId } from "./organization.ts";
import { findOrganization, toOrganization } from "./rows.ts";

export const deleteOrganization = defineOperation({
  name: "organizations.delete",
  summary: "Delete an organization with everything in it",
  description: "Its keys stop working at once; all data, files and its sandbox are erased in the background. This cannot be undone.",
  effect: "delete",
  scope: "organizations:delete",
  cost: 1,
  input: z.strictObject({ organization_id: OrganizationId }),
  output: z.strictObject({ id: OrganizationId, deleted: z.literal(true) }),
  errors: ["NOT_FOUND", "PRECONDITION_FAILED"],
  examples: [{ title: "By id", input: { organization_id: "org_01jd0000000000000000000000" } }],
  rest: { method: "delete", path: "/organizations/{organization_id}" },
  versioned: true,
  handle(ctx, { organization_id }) {
    const row = findOrganization(ctx.db, organization_id);
    if (!row) throw notFound("organization", organization_id);
    checkVersion(ctx, row);
    ctx.record({ type: "organization.deleted", subject: organization_id, before: toOrganization(row), after: null });
    // Without keys and without its row the actor refuses everybody from the next request on; the job erases the rest.
    ctx.db.run("DELETE FROM api_keys");
    ctx.db.run("DELETE FROM organizations WHERE id = ?", organization_id);
    ctx.schedule({ kind: "organization.erase", key: organization_id, run_at_ms: ctx.now });
    return { id: organization_id, deleted: true as const };
  },
});
