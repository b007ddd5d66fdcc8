import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { SigningKey } from "./signing_key.ts";
import { addKey, describeKey, PUBLISHED_AHEAD_MS } from "./rows.ts";

export const rotateSigningKeys = defineOperation({
  name: "signing_keys.rotate",
  summary: "Make the next key that signs tokens",
  description:
    "Operator only. Happens by itself every 30 days. The new key is published at once and signs an hour later; the one before it keeps verifying until nothing it signed lives. `immediately` signs at once.",
  effect: "create",
  scope: "operator",
  cost: 1,
  input: z.strictObject({ immediately: z.boolean().default(false).describe("Sign with it at once") }),
  output: SigningKey,
  errors: [],
  examples: [{ title: "With the usual overlap", input: {} }],
  rest: { method: "post", path: "/signing-keys/rotate", status: 201 },
  handle(ctx, { immediately }) {
    const key = describeKey(ctx, addKey(ctx, immediately ? ctx.now : ctx.now + PUBLISHED_AHEAD_MS, ctx.now));
    ctx.record({ type: "signing_key.created", subject: key.kid, before: null, after: key });
    return key;
  },
});
