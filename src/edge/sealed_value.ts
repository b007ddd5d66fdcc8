import { createVault } from "../actors/core/vault.ts";

/** What goes through a browser or a client unread and comes back unchanged. What is sealed for one `owner` opens for no other. */
export function sealValue(env: Env, owner: string, value: object, lifetime_ms: number): string {
  return createVault(env.CROW_SECRET, owner).seal(JSON.stringify({ ...value, expires_at_ms: Date.now() + lifetime_ms }));
}

/** Opens what `sealValue` sealed, while it holds; null for anything else. */
export function openValue<Value extends object>(env: Env, owner: string, sealed: string): Value | null {
  try {
    const value = JSON.parse(createVault(env.CROW_SECRET, owner).open(sealed)) as Value & { expires_at_ms: number };
    return value.expires_at_ms > Date.now() ? value : null;
  } catch {
    return null;
  }
}
