import * as z from "zod";
import { notFound } from "../errors.ts";
import { defineOperation } from "../operation.ts";
import { KeyId, SigningKey } from "./signing_key.ts";
import { addKey, describeKey, signingKey, usableKeys, type SigningKeyRow } from "./rows.ts";

export const revokeSigningKey = defineOperation({
  name: "signing_keys.revoke",
  summary: "Revoke a key that signs tokens",
  description:
    "Operator only, for a key that has leaked: whatever it signed is refused everywhere within a minute, and a new key signs at once. Applications go on with their refresh tokens.",
  effect: "delete",
  scope: "operator",
  cost: 1,
  input: z.strictObject({ kid: KeyId }),
  output: SigningKey,
  errors: ["NOT_FOUND"],
  examples: [{ title: "By kid", input: { kid: "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs" } }],
  rest: { method: "delete", path: "/signing-keys/{kid}" },
  handle(ctx, { kid }) {
    const row = ctx.db.one<SigningKeyRow>("SELECT * FROM signing_keys WHERE kid = ?", kid);
    if (!row) throw notFound("signing_key", kid);
    if (row.revoked_at !== null) return describeKey(ctx, row);
    const before = describeKey(ctx, row);
    ctx.db.run("UPDATE signing_keys SET revoked_at = ? WHERE kid = ?", ctx.now, kid);
    if (!signingKey(usableKeys(ctx.db, ctx.now), ctx.now)) addKey(ctx, ctx.now, ctx.now);
    const key = describeKey(ctx, { ...row, revoked_at: ctx.now });
    ctx.record({ type: "signing_key.revoked", subject: kid, before, after: key });
    return key;
  },
});
