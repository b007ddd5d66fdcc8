import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { TypeID } from "typeid-js";

/**
 * Secrets that say themselves which organization they belong to: `<prefix><body>`, the body being base62 of organization id (16 bytes), object id (16),
 * random secret (20) and a checksum (12): a truncated HMAC-SHA256 over the prefix and the 52 bytes before it. Whoever lacks the root secret cannot make one that
 * passes, so the edge routes the true ones without a look-up and refuses forged ones alone.
 */
const ID_BYTES = 16;
const SECRET_BYTES = 20;
const CHECKSUM_BYTES = 12;
const BODY_BYTES = 2 * ID_BYTES + SECRET_BYTES + CHECKSUM_BYTES;
export const BODY_LENGTH = 86;
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BODY = new RegExp(`^[${ALPHABET}]{${BODY_LENGTH}}$`);

/** What a secret's text says of itself. Whether it is still valid, only the organization's actor knows. */
export interface RoutedSecret {
  organization_id: string;
  id: string;
  /** SHA-256 of the whole text, hex: what is stored of it. */
  secret_hash: string;
}

/** A new random secret for an object of an organization's. The text is shown once; only its hash may be stored. */
export function mintRoutedSecret(prefix: string, organization_id: string, id: string, root_secret: string): { text: string; secret_hash: string } {
  const payload = Buffer.concat([idBytes(organization_id), idBytes(id), randomBytes(SECRET_BYTES)]);
  const text = prefix + toBase62(Buffer.concat([payload, checksum(prefix, payload, root_secret)]));
  return { text, secret_hash: hashSecret(text) };
}

/** Reads a secret of this prefix whose object's id begins with `id_type`; null when it is malformed or its checksum is wrong. */
export function parseRoutedSecret(prefix: string, id_type: string, text: string, root_secret: string): RoutedSecret | null {
  if (!text.startsWith(prefix)) return null;
  const body = text.slice(prefix.length);
  const bytes = BODY.test(body) ? fromBase62(body) : null;
  if (!bytes) return null;
  const payload = bytes.subarray(0, BODY_BYTES - CHECKSUM_BYTES);
  if (!timingSafeEqual(bytes.subarray(BODY_BYTES - CHECKSUM_BYTES), checksum(prefix, payload, root_secret))) return null;
  return {
    organization_id: idText("org", payload.subarray(0, ID_BYTES)),
    id: idText(id_type, payload.subarray(ID_BYTES, 2 * ID_BYTES)),
    secret_hash: hashSecret(text),
  };
}

/** SHA-256 of the whole text, hex. Enough for random secrets of 160 bits; a password needs `actors/accounts/password.ts`. */
export function hashSecret(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Compares two hex hashes in constant time. */
export function sameHash(stored: string, given: string): boolean {
  return stored.length === given.length && timingSafeEqual(Buffer.from(stored), Buffer.from(given));
}

function checksum(prefix: string, payload: Buffer, root_secret: string): Buffer {
  return createHmac("sha256", root_secret).update("api key checksum\n").update(prefix).update(payload).digest().subarray(0, CHECKSUM_BYTES);
}

function idBytes(id: string): Buffer {
  return Buffer.from(TypeID.fromString(id).toUUIDBytes());
}

function idText(type: string, bytes: Buffer): string {
  return TypeID.fromUUIDBytes(type, Uint8Array.from(bytes)).toString();
}

function toBase62(bytes: Buffer): string {
  let rest = BigInt(`0x${bytes.toString("hex")}`);
  let text = "";
  for (let position = 0; position < BODY_LENGTH; position++) {
    text = ALPHABET[Number(rest % 62n)]! + text;
    rest /= 62n;
  }
  return text;
}

function fromBase62(text: string): Buffer | null {
  let value = 0n;
  for (const character of text) value = value * 62n + BigInt(ALPHABET.indexOf(character));
  const hex = value.toString(16).padStart(BODY_BYTES * 2, "0");
  return hex.length === BODY_BYTES * 2 ? Buffer.from(hex, "hex") : null;
}
