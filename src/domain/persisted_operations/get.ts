import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { PersistedOperationWithText, Sha256 } from "./persisted_operation.ts";
import { requirePersistedOperation, toPersistedOperation } from "./rows.ts";

export const getPersistedOperation = defineOperation({
  name: "persisted_operations.get",
  summary: "Get a registered GraphQL operation with its text",
  effect: "read",
  scope: "persisted_operations:read",
  cost: 1,
  input: z.strictObject({ sha256: Sha256 }),
  output: PersistedOperationWithText,
  errors: ["NOT_FOUND"],
  examples: [{ title: "By hash", input: { sha256: "c9b8e1f6e8a4cf1c5c6d9f5ee0a7d1b2a3948576afbecd0123456789abcdef01" } }],
  rest: { method: "get", path: "/persisted-operations/{sha256}" },
  handle(ctx, { sha256 }) {
    const row = requirePersistedOperation(ctx.db, sha256);
    return { ...toPersistedOperation(row), query: row.query };
  },
});
