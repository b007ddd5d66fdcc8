import { describe, expect, it } from "vitest";
import { createVault } from "../../src/actors/core/vault.ts";

const SECRET = "a-root-secret-of-this-test-0123456789";
const vault = createVault(SECRET, "org_a");
const others = [createVault(SECRET, "org_b"), createVault(`${SECRET}!`, "org_a")];

/** The text with one bit of one byte turned. */
function flip(text: string, byte: number): string {
  const bytes = Buffer.from(text, "base64url");
  bytes[byte] = bytes[byte]! ^ 1;
  return bytes.toString("base64url");
}

describe("a sealed secret", () => {
  it("opens to what was sealed, and never looks the same twice", () => {
    const secret = "whsec_ünïcode ✓";
    expect(vault.open(vault.seal(secret))).toBe(secret);
    expect(vault.seal(secret)).not.toBe(vault.seal(secret));
    expect(vault.open(vault.seal(""))).toBe("");
  });

  it("does not open for another organization or under another root secret", () => {
    const sealed = vault.seal("secret");
    for (const other of others) expect(() => other.open(sealed)).toThrow();
  });

  it("does not open when any byte was changed or any end was cut", () => {
    const sealed = vault.seal("secret");
    const length = Buffer.from(sealed, "base64url").length;
    for (let byte = 0; byte < length; byte++) expect(() => vault.open(flip(sealed, byte))).toThrow();
    for (let kept = 0; kept < length; kept++)
      expect(() => vault.open(Buffer.from(sealed, "base64url").subarray(0, kept).toString("base64url"))).toThrow();
  });
});

describe("a signature", () => {
  it("holds for its text, purpose and organization alone", () => {
    const signature = vault.sign("cursor", "text");
    expect(vault.verify("cursor", "text", signature)).toBe(true);
    expect(vault.verify("cursor", "text2", signature)).toBe(false);
    expect(vault.verify("download", "text", signature)).toBe(false);
    for (const other of others) expect(other.verify("cursor", "text", signature)).toBe(false);
  });

  it("fails when it was changed, cut or lengthened", () => {
    const signature = vault.sign("cursor", "text");
    for (let byte = 0; byte < 16; byte++) expect(vault.verify("cursor", "text", flip(signature, byte))).toBe(false);
    for (const wrong of ["", signature.slice(0, 8), `${signature}AAAA`, "not base64 at all"])
      expect(vault.verify("cursor", "text", wrong)).toBe(false);
  });
});
