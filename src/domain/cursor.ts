import type { Vault } from "./context.ts";
import type { SqlValue } from "./database.ts";
import { invalid } from "./errors.ts";

/** The sort keys' values of a row, signed together with what they are a place in (`binding`). */
export function sealCursor(vault: Vault, binding: string, values: SqlValue[]): string {
  const payload = toBase64Url(JSON.stringify(values));
  return `${payload}.${vault.sign("cursor", `${binding}\n${payload}`)}`;
}

/** What `sealCursor` made for the same binding; VALIDATION_ERROR for anything else. */
export function openCursor(vault: Vault, binding: string, cursor: string, key_count: number): SqlValue[] {
  const [payload, signature, ...rest] = cursor.split(".");
  const expected = "the next_cursor of a page with the same filter and sort";
  if (!payload || !signature || rest.length > 0 || !vault.verify("cursor", `${binding}\n${payload}`, signature)) throw invalid("cursor", expected);
  const values = JSON.parse(fromBase64Url(payload)) as SqlValue[];
  if (values.length !== key_count) throw invalid("cursor", expected);
  return values;
}

function toBase64Url(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

function fromBase64Url(text: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0)));
}
