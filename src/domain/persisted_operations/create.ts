import { OperationError } from "../errors.ts";
import { defineOperation } from "../operation.ts";
import { PersistedOperation, PersistedOperationInput, PERSISTED_OPERATIONS_MAX } from "./persisted_operation.ts";
import { findPersistedOperation, toPersistedOperation, type PersistedOperationRow } from "./rows.ts";

export const createPersistedOperation = defineOperation({
  name: "persisted_operations.create",
  summary: "Register a GraphQL operation",
  description:
    "Clients then name it by the SHA-256 of its text. Registering the same text again changes at most its name, so a deployment can register all it has each time. With the organization's setting `persisted_operations_only` nothing else runs. The text is judged when it runs, by the schema of that moment.",
  effect: "create",
  scope: "persisted_operations:write",
  cost: 1,
  input: PersistedOperationInput,
  output: PersistedOperation,
  errors: ["CONFLICT"],
  examples: [{ title: "Titles of products", input: { name: "Titles", query: "query Titles { products(first: 20) { id title } }" } }],
  rest: { method: "post", path: "/persisted-operations", status: 201 },
  handle(ctx, { name, query }) {
    const sha256 = ctx.vault.sha256(query);
    const known = findPersistedOperation(ctx.db, sha256);
    if (known?.name === name) return toPersistedOperation(known);
    const { count } = ctx.db.one<{ count: number }>("SELECT count(*) AS count FROM persisted_operations")!;
    if (!known && count >= PERSISTED_OPERATIONS_MAX)
      throw new OperationError("CONFLICT", `An organization has at most ${PERSISTED_OPERATIONS_MAX} persisted operations`, {
        limit: PERSISTED_OPERATIONS_MAX,
      });
    const row: PersistedOperationRow = { sha256, name, query, created_at: known?.created_at ?? ctx.now };
    ctx.db.run(
      "INSERT OR REPLACE INTO persisted_operations (sha256, name, query, created_at) VALUES (?, ?, ?, ?)",
      sha256,
      name,
      query,
      row.created_at,
    );
    const after = toPersistedOperation(row);
    ctx.record({
      type: known ? "persisted_operation.updated" : "persisted_operation.created",
      subject: sha256,
      before: known ? toPersistedOperation(known) : null,
      after,
    });
    return after;
  },
});
