import { signText, verifyText } from "../core/derived_keys.ts";

/** What browsers keep for us and bring back unread. A value of one kind is nothing as another. */
export type SignedValueKind = "session" | "device" | "passkey" | "recovery";

/** A value with our signature: it names an account's actor, and whoever made one up would wake actors that nobody needs, each a file on the disk. */
export function signValue(root_secret: string, kind: SignedValueKind, value: string): string {
  return `${value}.${signText(root_secret, "signed values", kind, value)}`;
}

/** The value, when we signed it as this kind. */
export function readSignedValue(root_secret: string, kind: SignedValueKind, text: string): string | null {
  const at = text.lastIndexOf(".");
  const value = text.slice(0, Math.max(at, 0));
  return at > 0 && verifyText(root_secret, "signed values", kind, value, text.slice(at + 1)) ? value : null;
}
