import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { Sha256 } from "./persisted_operation.ts";
import { requirePersistedOperation, toPersistedOperation } from "./rows.ts";

export const deletePersistedOperation = defineOperation({
  name: "persisted_operations.delete",
  summary: "Remove a registered GraphQL operation",
  description: "Its hash means nothing any more, within a minute everywhere. Under `persisted_operations_only` it stops running at once.",
  effect: "delete",
  scope: "persisted_operations:write",
  cost: 1,
  input: z.strictObject({ sha256: Sha256 }),
  output: z.strictObject({ sha256: Sha256, deleted: z.literal(true) }),
  errors: ["NOT_FOUND"],
  examples: [{ title: "By hash", input: { sha256: "c9b8e1f6e8a4cf1c5c6d9f5ee0a7d1b2a3948576afbecd0123456789abcdef01" } }],
  rest: { method: "delete", path: "/persisted-operations/{sha256}" },
  handle(ctx, { sha256 }) {
    const row = requirePersistedOperation(ctx.db, sha256);
    ctx.db.run("DELETE FROM persisted_operations WHERE sha256 = ?", sha256);
    ctx.record({ type: "persisted_operation.deleted", subject: sha256, before: toPersistedOperation(row), after: null });
    return { sha256, deleted: true as const };
  },
});
