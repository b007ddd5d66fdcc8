import * as z from "zod";
import { Timestamp } from "../time.ts";

export const KeyId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/, "a key id as the key set shows it (kid)")
  .describe("The key's thumbprint (RFC 7638): kid in tokens and in the key set")
  .meta({ examples: ["NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"] });

export const SigningKey = z
  .strictObject({
    kid: KeyId,
    algorithm: z.literal("ES256"),
    status: z
      .enum(["next", "signing", "retiring", "retired", "revoked"])
      .describe("next: published, signs soon; retiring: signs no more, still verifies"),
    created_at: Timestamp,
    signs_from: Timestamp,
    retires_at: Timestamp.nullable().describe("When it stops verifying"),
    revoked_at: Timestamp.nullable(),
  })
  .meta({ id: "SigningKey" });
export type SigningKey = z.infer<typeof SigningKey>;
