import { createHmac } from "node:crypto";
import { TypeID } from "typeid-js";
import { deriveKey } from "../core/derived_keys.ts";

/**
 * The name of the actor for this normalized e-mail address: a keyed hash, so that an account is found without a directory of people and no name
 * betrays an address. It names the address for ever; whoever has an account there has a public id (`usr_…`) of their own, which nobody gets again.
 */
export function accountNameOf(email: string, root_secret: string): string {
  const hash = createHmac("sha256", deriveKey(root_secret, "accounts", "account name"))
    .update(email)
    .digest();
  return TypeID.fromUUIDBytes("acc", Uint8Array.from(hash.subarray(0, 16))).toString();
}
