import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { TypeID } from "typeid-js";
import type { MintedApiKey } from "../domain/context.ts";
import type { Credential } from "../domain/principal.ts";

/**
 * `crow_<environment>_[pub_]<body>`: the body is base62 of organization id (16 bytes), key id (16), secret (20) and a checksum (12): a truncated
 * HMAC-SHA256 over the prefix and the 52 bytes before it. Whoever lacks the root secret cannot make a key that passes, so the edge
 * refuses forged keys alone.
 */
const ID_BYTES = 16;
const SECRET_BYTES = 20;
const CHECKSUM_BYTES = 12;
const BODY_BYTES = 2 * ID_BYTES + SECRET_BYTES + CHECKSUM_BYTES;
const BODY_LENGTH = 86;
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const PATTERN = new RegExp(`^(crow_(live|test)_(?:pub_)?)([${ALPHABET}]{${BODY_LENGTH}})$`);
const CACHED_KEYS_MAX = 5_000;

type KeyCredential = Extract<Credential, { kind: "api_key" }>;

/** Keys that passed, by root secret and text: the checksum is computed once per isolate. */
const verified = new Map<string, KeyCredential>();

/** A new random key. The text is shown once; only its hash and hint may be stored. */
export function mintApiKey(
  options: { environment: "live" | "test"; publishable: boolean; organization_id: string; key_id: string },
  root_secret: string,
): MintedApiKey {
  const prefix = `crow_${options.environment}_${options.publishable ? "pub_" : ""}`;
  const payload = Buffer.concat([idBytes(options.organization_id), idBytes(options.key_id), randomBytes(SECRET_BYTES)]);
  const key = prefix + toBase62(Buffer.concat([payload, checksum(prefix, payload, root_secret)]));
  return { key, secret_hash: hashKey(key), hint: `${key.slice(0, prefix.length + 4)}…${key.slice(-4)}` };
}

/** What a key's text says of itself, or null when it is malformed or its checksum is wrong. Whether it is still valid, only the actor knows. */
export function parseApiKey(text: string, root_secret: string): KeyCredential | null {
  const cached_as = `${root_secret}\n${text}`;
  const known = verified.get(cached_as);
  if (known) return known;
  const match = PATTERN.exec(text);
  if (!match) return null;
  const bytes = fromBase62(match[3]!);
  if (!bytes) return null;
  const payload = bytes.subarray(0, BODY_BYTES - CHECKSUM_BYTES);
  if (!timingSafeEqual(bytes.subarray(BODY_BYTES - CHECKSUM_BYTES), checksum(match[1]!, payload, root_secret))) return null;
  const credential: KeyCredential = {
    kind: "api_key",
    organization_id: idText("org", payload.subarray(0, ID_BYTES)),
    key_id: idText("key", payload.subarray(ID_BYTES, 2 * ID_BYTES)),
    environment: match[2] as "live" | "test",
    secret_hash: hashKey(text),
  };
  if (verified.size >= CACHED_KEYS_MAX) verified.clear();
  verified.set(cached_as, credential);
  return credential;
}

/** SHA-256 of the whole key, hex: what is stored of it. */
export function hashKey(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

function checksum(prefix: string, payload: Buffer, root_secret: string): Buffer {
  return createHmac("sha256", root_secret).update("api key checksum\n").update(prefix).update(payload).digest().subarray(0, CHECKSUM_BYTES);
}

function idBytes(id: string): Buffer {
  return Buffer.from(TypeID.fromString(id).toUUIDBytes());
}

function idText(prefix: string, bytes: Buffer): string {
  return TypeID.fromUUIDBytes(prefix, Uint8Array.from(bytes)).toString();
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
