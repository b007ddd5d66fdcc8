import { randomBytes } from "node:crypto";
import { signText, verifyText } from "../core/derived_keys.ts";

/** What a passkey's answer is for. One for `sign_in` proves nothing for `add`. */
export type ChallengePurpose = "sign_in" | "confirm" | "add";

const LIFETIME_MS = 15 * 60_000;
const CHALLENGE = /^([\w-]{22})\.(\d{13})\.([\w-]{22})$/;

/**
 * A passkey challenge that says itself until when it holds, signed for one purpose and one browser (`bound_to`: its form key), so that nobody
 * need remember the many that are never answered. Those that are answered the account's actor remembers: each works once.
 */
export function mintChallenge(root_secret: string, purpose: ChallengePurpose, bound_to: string, now: number): string {
  const said = `${randomBytes(16).toString("base64url")}.${now + LIFETIME_MS}`;
  return `${said}.${signText(root_secret, "passkeys", purpose, `${bound_to}\n${said}`)}`;
}

/** When this challenge of ours expires; null when it is not ours, not for this, or expired. `encoded` is as it comes in clientDataJSON (base64url). */
export function readChallenge(
  root_secret: string,
  purpose: ChallengePurpose,
  bound_to: string,
  encoded: string,
  now: number,
): { expires_at_ms: number } | null {
  const match = CHALLENGE.exec(Buffer.from(encoded, "base64url").toString("utf8"));
  if (!match) return null;
  const [, nonce, expires, signature] = match;
  if (!verifyText(root_secret, "passkeys", purpose, `${bound_to}\n${nonce}.${expires}`, signature!)) return null;
  return Number(expires) > now ? { expires_at_ms: Number(expires) } : null;
}
