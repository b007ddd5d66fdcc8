import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { BoundedMap } from "../../domain/bounded_map.ts";

const SIGNATURE_BYTES = 16;
const DERIVED_MAX = 5_000;
const derived = new BoundedMap<string, Buffer>(DERIVED_MAX);

/** A 256-bit key for one purpose of one owner, derived from the root secret (HKDF-SHA256, RFC 5869). */
export function deriveKey(root_secret: string, owner: string, purpose: string): Buffer {
  const name = `${owner}\n${purpose}`;
  const cached_as = `${root_secret}\n${name}`;
  const known = derived.get(cached_as);
  if (known) return known;
  const key = Buffer.from(hkdfSync("sha256", root_secret, "crow", name, 32));
  derived.set(cached_as, key);
  return key;
}

/** A truncated HMAC-SHA256 (128 bits) as base64url. */
export function signText(root_secret: string, owner: string, purpose: string, text: string): string {
  return createHmac("sha256", deriveKey(root_secret, owner, purpose))
    .update(text)
    .digest()
    .subarray(0, SIGNATURE_BYTES)
    .toString("base64url");
}

/** Constant-time check of `signText`. */
export function verifyText(root_secret: string, owner: string, purpose: string, text: string, signature: string): boolean {
  const given = Buffer.from(signature, "base64url");
  const expected = Buffer.from(signText(root_secret, owner, purpose, text), "base64url");
  return given.length === expected.length && timingSafeEqual(given, expected);
}
