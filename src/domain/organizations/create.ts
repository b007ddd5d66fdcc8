import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { OrganizationInput } from "./input.ts";
import { writeNewOrganization, type Provisioning } from "./new_row.ts";
import { Organization } from "./organization.ts";
import { toOrganization } from "./rows.ts";

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
    const row = writeNewOrganization(ctx, input);
    const api_key_id = ctx.newId("key");
    const minted = ctx.vault.mintApiKey({ environment: "live", publishable: false, organization_id: row.id, key_id: api_key_id });
    const provisioning: Provisioning = {
      organization: { ...row, status: "active" },
      api_key: { id: api_key_id, secret_hash: minted.secret_hash, hint: minted.hint },
    };
    ctx.schedule({ kind: "organization.provision", key: row.id, run_at_ms: ctx.now, payload: provisioning });
    const organization = toOrganization(row);
    ctx.record({ type: "organization.created", subject: row.id, before: null, after: organization });
    return { ...organization, api_key: minted.key, api_key_id };
  },
});
