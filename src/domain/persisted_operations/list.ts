import { defineListing, pageOf } from "../listing.ts";
import { defineOperation } from "../operation.ts";
import { PersistedOperation } from "./persisted_operation.ts";
import { toPersistedOperation, type PersistedOperationRow } from "./rows.ts";

const persistedOperationListing = defineListing({
  name: "persisted_operations",
  from: "persisted_operations",
  key: "sha256",
  filters: {},
  sorts: { sha256: "sha256" },
  default_sort: "sha256",
});

export const listPersistedOperations = defineOperation({
  name: "persisted_operations.list",
  summary: "List registered GraphQL operations",
  description: "Without their texts; get one by its hash for that.",
  effect: "read",
  scope: "persisted_operations:read",
  cost: 1,
  input: persistedOperationListing.input,
  output: pageOf(PersistedOperation),
  errors: [],
  examples: [{ title: "All", input: {} }],
  rest: { method: "get", path: "/persisted-operations" },
  handle(ctx, input) {
    return persistedOperationListing.page<Omit<PersistedOperationRow, "query">>(ctx, input, "sha256, name, created_at").map(toPersistedOperation);
  },
});
