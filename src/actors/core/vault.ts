import { createCipheriv, createDecipheriv, createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import type { MintedApiKey, Vault } from "../../domain/context.ts";
import { mintApiKey } from "../secrets/api_key_format.ts";
import { mintRecovery } from "../secrets/recovery_link.ts";
import { mintSecret } from "../secrets/secret_kinds.ts";
import { deriveKey, signText, verifyText } from "./derived_keys.ts";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The secrets port of one owner (an organization): nothing sealed or signed for one opens for another. */
export function createVault(root_secret: string, owner: string): Vault {
  return {
    owner,
    sign: (purpose, text) => signText(root_secret, owner, purpose, text),
    verify: (purpose, text, signature) => verifyText(root_secret, owner, purpose, text, signature),
    seal(plaintext) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", deriveKey(root_secret, owner, "seal"), nonce);
      const ciphertext = Buffer.concat([cipher.update(Buffer.from(plaintext, "utf8")), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]).toString("base64url");
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, "base64url");
      // A shorter tag would be accepted and easier to forge.
      if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new Error("Not a sealed text");
      const decipher = createDecipheriv("aes-256-gcm", deriveKey(root_secret, owner, "seal"), bytes.subarray(0, NONCE_BYTES));
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString("utf8");
    },
    generateSigningKey,
    mintSecret: (kind, id) => mintSecret(kind, owner, id, root_secret),
    mintRecovery: (email) => mintRecovery(email, root_secret),
    mintApiKey: (options): MintedApiKey => mintApiKey(options, root_secret),
    sha256: (text) => createHash("sha256").update(text).digest("hex"),
    randomToken: (bytes) => randomBytes(bytes).toString("base64url"),
  };
}

function generateSigningKey(): ReturnType<Vault["generateSigningKey"]> {
  const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x, y } = pair.publicKey.export({ format: "jwk" });
  const { d } = pair.privateKey.export({ format: "jwk" });
  // RFC 7638, section 3: the required members in this order, without blanks.
  const kid = createHash("sha256")
    .update(JSON.stringify({ crv: "P-256", kty: "EC", x, y }))
    .digest("base64url");
  const public_jwk = { kty: "EC", crv: "P-256", x, y, kid, alg: "ES256", use: "sig" };
  return { kid, public_jwk, private_jwk: { ...public_jwk, d } };
}
