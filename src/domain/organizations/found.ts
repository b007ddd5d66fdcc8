import * as z from "zod";
import { AccountId } from "../accounts/account.ts";
import { defineOperation } from "../operation.ts";
import { OrganizationInput } from "./input.ts";
import { writeNewOrganization, type Provisioning } from "./new_row.ts";
import { OrganizationId } from "./organization.ts";
import { toOrganization } from "./rows.ts";

/** A person starts an organization of their own. The directory runs it for an account's actor; it is in no protocol. */
export const foundOrganization = defineOperation({
  name: "organizations.found",
  summary: "Start an organization for a person, without a key",
  effect: "create",
  scope: "operator",
  cost: 1,
  input: OrganizationInput.pick({ name: true }).extend({ account_id: AccountId }),
  output: z.strictObject({ id: OrganizationId }),
  errors: [],
  examples: [{ title: "By name", input: { name: "Acme Shop", account_id: "usr_01jd0000000000000000000000" } }],
  rest: { method: "post", path: "/organizations/found", status: 201 },
  handle(ctx, { name, account_id }) {
    const row = writeNewOrganization(ctx, { name });
    const provisioning: Provisioning = { organization: { ...row, status: "active" }, api_key: null };
    ctx.schedule({ kind: "organization.provision", key: row.id, run_at_ms: ctx.now, payload: provisioning });
    ctx.record({ type: "organization.created", subject: row.id, before: null, after: { ...toOrganization(row), founder: account_id }, live: false });
    return { id: row.id };
  },
});
