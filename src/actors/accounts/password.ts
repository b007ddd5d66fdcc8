import { randomBytes, scryptSync, timingSafeEqual } from "node:crypto";

const COST = { N: 16_384, r: 8, p: 5 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const MEMORY_MAX_BYTES = 64 * 1_024 * 1_024;
/** Stands in for a stored hash where there is none. No password leads to it. */
export const NO_PASSWORD = format(Buffer.alloc(SALT_BYTES), Buffer.alloc(HASH_BYTES));

/** scrypt (RFC 7914) with OWASP's cost for 16 MiB: `scrypt$N$r$p$salt$hash`, so that the cost can grow without breaking what is stored. */
export function hashPassword(password: string): string {
  const salt = randomBytes(SALT_BYTES);
  return format(salt, derive(password, salt, COST));
}

/** Whether this is the password. Without a stored one the same work is done for nothing, so that time tells nothing about who has an account. */
export function verifyPassword(password: string, stored: string | null): boolean {
  const [scheme, N, r, p, salt, hash] = (stored ?? NO_PASSWORD).split("$");
  if (scheme !== "scrypt" || !salt || !hash) throw new Error("Not a stored password");
  const expected = Buffer.from(hash, "base64url");
  const given = derive(password, Buffer.from(salt, "base64url"), { N: Number(N), r: Number(r), p: Number(p) });
  return expected.length === given.length && timingSafeEqual(given, expected);
}

function format(salt: Buffer, hash: Buffer): string {
  return ["scrypt", COST.N, COST.r, COST.p, salt.toString("base64url"), hash.toString("base64url")].join("$");
}

/** The same password typed on another keyboard may come as other code points: NFKC makes them one (NIST SP 800-63B, 3.1.1.2). */
function derive(password: string, salt: Buffer, cost: typeof COST): Buffer {
  return scryptSync(password.normalize("NFKC"), salt, HASH_BYTES, { ...cost, maxmem: MEMORY_MAX_BYTES });
}
