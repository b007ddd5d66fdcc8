import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { SigningKey } from "./signing_key.ts";
import { signingKey, toSigningKey, usableKeys, type SigningKeyRow } from "./rows.ts";

const LISTED_MAX = 100;

export const listSigningKeys = defineOperation({
  name: "signing_keys.list",
  summary: "List the keys that sign tokens",
  description: "Operator only. The deployment's keys for access and id tokens, newest first; at most 100, retired ones included.",
  effect: "read",
  scope: "operator",
  cost: 1,
  input: z.strictObject({}),
  output: z.strictObject({ data: z.array(SigningKey).max(LISTED_MAX) }),
  errors: [],
  examples: [{ title: "All", input: {} }],
  rest: { method: "get", path: "/signing-keys" },
  handle(ctx) {
    const signing = signingKey(usableKeys(ctx.db, ctx.now), ctx.now);
    const rows = ctx.db.all<SigningKeyRow>("SELECT * FROM signing_keys ORDER BY created_at DESC LIMIT ?", LISTED_MAX);
    return { data: rows.map((row) => toSigningKey(row, signing?.kid, ctx.now)) };
  },
});
