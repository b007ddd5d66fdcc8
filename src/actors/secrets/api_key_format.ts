import type { MintedApiKey } from "../../domain/context.ts";
import type { Credential } from "../../domain/principal.ts";
import { BoundedMap } from "../../domain/bounded_map.ts";
import { mintRoutedSecret, parseRoutedSecret } from "./routed_secret.ts";

/** `crow_<environment>_[pub_]<body>`, a routed secret. */
const PREFIX = /^crow_(live|test)_(?:pub_)?/;
const CACHED_KEYS_MAX = 5_000;

type KeyCredential = Extract<Credential, { kind: "api_key" }>;

/** Keys that passed, by root secret and text: the checksum is computed once per isolate. */
const verified = new BoundedMap<string, KeyCredential>(CACHED_KEYS_MAX);

/** A new random key. The text is shown once; only its hash and hint may be stored. */
export function mintApiKey(
  options: { environment: "live" | "test"; publishable: boolean; organization_id: string; key_id: string },
  root_secret: string,
): MintedApiKey {
  const prefix = `crow_${options.environment}_${options.publishable ? "pub_" : ""}`;
  const { text, secret_hash } = mintRoutedSecret(prefix, options.organization_id, options.key_id, root_secret);
  return { key: text, secret_hash, hint: `${text.slice(0, prefix.length + 4)}…${text.slice(-4)}` };
}

/** What a key's text says of itself, or null when it is malformed or its checksum is wrong. Whether it is still valid, only the actor knows. */
export function parseApiKey(text: string, root_secret: string): KeyCredential | null {
  const cached_as = `${root_secret}\n${text}`;
  const known = verified.get(cached_as);
  if (known) return known;
  const match = PREFIX.exec(text);
  const routed = match && parseRoutedSecret(match[0], "key", text, root_secret);
  if (!routed) return null;
  const credential: KeyCredential = {
    kind: "api_key",
    organization_id: routed.organization_id,
    key_id: routed.id,
    environment: match[1] as "live" | "test",
    secret_hash: routed.secret_hash,
  };
  verified.set(cached_as, credential);
  return credential;
}
