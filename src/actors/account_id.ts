import { TypeID } from "typeid-js";
import { deriveKey } from "./core/vault.ts";
import { createHmac } from "node:crypto";

/**
 * The id of the account with this normalized e-mail address, and so its actor's name: a keyed hash, so that an account is found without a
 * directory of people and no id betrays an address.
 */
export function accountIdOf(email: string, root_secret: string): string {
  const hash = createHmac("sha256", deriveKey(root_secret, "accounts", "account id"))
    .update(email)
    .digest();
  return TypeID.fromUUIDBytes("usr", Uint8Array.from(hash.subarray(0, 16))).toString();
}
