import type { MintedSecret, SecretKind } from "../../domain/context.ts";
import { BoundedMap } from "../../domain/bounded_map.ts";
import { mintRoutedSecret, parseRoutedSecret, type RoutedSecret } from "./routed_secret.ts";

/** What each kind of secret begins with (secret scanners find it by that), and the type of id it carries. */
const KINDS: Record<SecretKind, { prefix: string; id_type: string }> = {
  client_secret: { prefix: "crow_secret_", id_type: "cli" },
  authorization_code: { prefix: "crow_code_", id_type: "cod" },
  refresh_token: { prefix: "crow_refresh_", id_type: "rft" },
  invitation: { prefix: "crow_invite_", id_type: "inv" },
};

/** A new secret of this kind for one object of an organization's. */
export function mintSecret(kind: SecretKind, organization_id: string, id: string, root_secret: string): MintedSecret {
  return mintRoutedSecret(KINDS[kind].prefix, organization_id, id, root_secret);
}

const CACHED_SECRETS_MAX = 5_000;

/** Client secrets that passed, by root secret and text: unlike codes and tokens they come again and again, so the checksum is computed once per isolate. */
const client_secrets = new BoundedMap<string, RoutedSecret>(CACHED_SECRETS_MAX);

/** `parseSecret` for a client's secret. */
export function parseClientSecret(text: string, root_secret: string): RoutedSecret | null {
  const cached_as = `${root_secret}\n${text}`;
  const known = client_secrets.get(cached_as);
  if (known) return known;
  const parsed = parseSecret("client_secret", text, root_secret);
  if (!parsed) return null;
  client_secrets.set(cached_as, parsed);
  return parsed;
}

/** Where a presented secret of this kind leads, or null when it is malformed or forged. */
export function parseSecret(kind: SecretKind, text: string, root_secret: string): RoutedSecret | null {
  return parseRoutedSecret(KINDS[kind].prefix, KINDS[kind].id_type, text, root_secret);
}
