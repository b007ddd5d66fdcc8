import { defineListing, pageOf } from "../listing.ts";
import { defineOperation } from "../operation.ts";
import { Organization } from "./organization.ts";
import { toOrganization, type OrganizationRow } from "./rows.ts";

const organizationListing = defineListing({
  name: "organizations",
  from: "organizations",
  key: "id",
  filters: {},
  sorts: { id: "id" },
  default_sort: "-id",
});

/**
 * The same handler in two places: an organization's actor holds one row, its own; the directory holds all of them and only the operator
 * gets there. What a credential may see is thus what its actor has.
 */
export const listOrganizations = defineOperation({
  name: "organizations.list",
  summary: "List organizations",
  description: "The organizations this credential may see: its own for an API key, all for the operator. Newest first.",
  effect: "read",
  scope: "organizations:read",
  cost: 1,
  input: organizationListing.input,
  output: pageOf(Organization),
  errors: [],
  examples: [{ title: "First page", input: { limit: 10 } }],
  rest: { method: "get", path: "/organizations" },
  handle(ctx, input) {
    return organizationListing.page<OrganizationRow>(ctx, input, "organizations.*").map(toOrganization);
  },
});
