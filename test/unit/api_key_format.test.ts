import { typeidUnboxed } from "typeid-js";
import { describe, expect, it } from "vitest";
import { mintApiKey, parseApiKey } from "../../src/actors/secrets/api_key_format.ts";
import { hashSecret } from "../../src/actors/secrets/routed_secret.ts";

const SECRET = "a-root-secret-of-this-test-0123456789";
const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const KINDS = [
  { environment: "live", publishable: false, prefix: "crow_live_" },
  { environment: "live", publishable: true, prefix: "crow_live_pub_" },
  { environment: "test", publishable: false, prefix: "crow_test_" },
] as const;

function mint(kind: { environment: "live" | "test"; publishable: boolean } = KINDS[0]) {
  const ids = { organization_id: typeidUnboxed("org"), key_id: typeidUnboxed("key") };
  return { ...ids, ...mintApiKey({ environment: kind.environment, publishable: kind.publishable, ...ids }, SECRET) };
}

describe("an API key's text", () => {
  it.each(KINDS)("names its organization, id and environment ($prefix…)", (kind) => {
    for (let round = 0; round < 50; round++) {
      const { key, organization_id, key_id, secret_hash } = mint(kind);
      expect(key.startsWith(kind.prefix)).toBe(true);
      const credential = { kind: "api_key", organization_id, key_id, environment: kind.environment, secret_hash };
      expect(parseApiKey(key, SECRET)).toEqual(credential);
      expect(parseApiKey(key, SECRET)).toEqual(credential);
      expect(secret_hash).toBe(hashSecret(key));
    }
  });

  it("is refused when any one character was changed", () => {
    const { key } = mint();
    for (let position = "crow_live_".length; position < key.length; position++) {
      const changed = LETTERS[(LETTERS.indexOf(key[position]!) + 1) % LETTERS.length]!;
      expect(parseApiKey(key.slice(0, position) + changed + key.slice(position + 1), SECRET)).toBeNull();
    }
  });

  it("is refused under another prefix or another root secret", () => {
    const { key } = mint();
    const body = key.slice("crow_live_".length);
    for (const prefix of ["crow_test_", "crow_live_pub_", "crow_", "CROW_live_", ""]) expect(parseApiKey(prefix + body, SECRET)).toBeNull();
    expect(parseApiKey(key, SECRET)).not.toBeNull();
    expect(parseApiKey(key, `${SECRET}!`)).toBeNull();
  });

  it("is refused when it is malformed", () => {
    const { key } = mint();
    const malformed = [
      "",
      "crow_live_",
      key.slice(0, -1),
      `${key}0`,
      ` ${key}`,
      `${key}\n`,
      `crow_live_${"z".repeat(86)}`,
      `crow_live_${"é".repeat(86)}`,
    ];
    for (const text of malformed) expect(parseApiKey(text, SECRET)).toBeNull();
  });

  it("shows in its hint too little to be guessed", () => {
    const { key, hint } = mint();
    expect(hint).toBe(`${key.slice(0, 14)}…${key.slice(-4)}`);
  });
});
