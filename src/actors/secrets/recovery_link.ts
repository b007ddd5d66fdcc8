import { randomBytes } from "node:crypto";
import { accountNameOf } from "./account_name.ts";
import { hashSecret } from "./routed_secret.ts";
import { readSignedValue, signValue } from "./signed_value.ts";

const PREFIX = "crow_recover_";
const TOKEN = /^(acc_[0-9a-z]{26})\.[\w-]{43}$/;

/** A recovery link's token as it was presented: whose account, and the hash that this account keeps while the link works. */
export interface PresentedRecovery {
  account_name: string;
  secret_hash: string;
}

/** A token for the account of this address, whether there is one or not. */
export function mintRecovery(email: string, root_secret: string): PresentedRecovery & { text: string } {
  const account_name = accountNameOf(email, root_secret);
  const text = PREFIX + signValue(root_secret, "recovery", `${account_name}.${randomBytes(32).toString("base64url")}`);
  return { account_name, text, secret_hash: hashSecret(text) };
}

/** Null when it is malformed or forged. */
export function parseRecovery(text: string, root_secret: string): PresentedRecovery | null {
  if (!text.startsWith(PREFIX)) return null;
  const match = TOKEN.exec(readSignedValue(root_secret, "recovery", text.slice(PREFIX.length)) ?? "");
  return match && { account_name: match[1]!, secret_hash: hashSecret(text) };
}
