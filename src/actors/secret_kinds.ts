import type { MintedSecret, SecretKind } from "../domain/context.ts";
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

/** Where a presented secret of this kind leads, or null when it is malformed or forged. */
export function parseSecret(kind: SecretKind, text: string, root_secret: string): RoutedSecret | null {
  return parseRoutedSecret(KINDS[kind].prefix, KINDS[kind].id_type, text, root_secret);
}
