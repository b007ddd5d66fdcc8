import * as z from "zod";

const KEYS_MAX = 10;
/** Members that only a private or a symmetric key has (RFC 7517 and 7518): one that was sent here is no secret any more. */
const PRIVATE_MEMBERS = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] as const;

const PublicKey = z.looseObject({ kty: z.enum(["EC", "RSA", "OKP"], { error: "EC, RSA or OKP: public keys only" }) }).superRefine((key, context) => {
  const leaked = PRIVATE_MEMBERS.find((member) => member in key);
  if (leaked !== undefined) context.addIssue({ code: "custom", message: "public keys only: this one is private, so replace it", path: [leaked] });
});

/** A client's public keys for private_key_jwt (RFC 7517). */
export const ClientJwks = z
  .strictObject({ keys: z.array(PublicKey).min(1).max(KEYS_MAX) })
  .refine((set) => JSON.stringify(set).length <= 10_000, { error: "at most 10,000 characters" })
  .describe("Public keys (JWK Set) with which the application signs, for private_key_jwt");
