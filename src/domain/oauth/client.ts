import * as z from "zod";
import type { Scope } from "../scopes.ts";

export const AuthMethod = z.enum(["none", "client_secret_basic", "client_secret_post", "private_key_jwt"]);
export type AuthMethod = z.infer<typeof AuthMethod>;

export const GrantType = z.enum(["authorization_code", "refresh_token", "client_credentials"]);
export type GrantType = z.infer<typeof GrantType>;

/** What the endpoints need to know of a client, wherever it is kept: an organization's own, registered, or by metadata document. */
export interface OAuthClient {
  client_id: string;
  /** Set for an organization's own client: it works there and nowhere else. */
  organization_id: string | null;
  name: string;
  client_uri: string | null;
  token_endpoint_auth_method: AuthMethod;
  redirect_uris: string[];
  grant_types: GrantType[];
  /** What it may ask for; null: whatever a member grants. */
  scopes: Scope[] | null;
  jwks: JsonWebKeySet | null;
  jwks_uri: string | null;
  suspended: boolean;
  /** Who vouches for the name: the organization that made the client, the https host of the metadata document, or nobody. */
  verified_by: "organization" | "metadata_document" | null;
}

export interface JsonWebKeySet {
  keys: Record<string, unknown>[];
}

/** A client_id of ours ends in a signature over what is before it, so that a made-up one wakes no actor. */
const OWN = /^(cli_[0-9a-z]{26})\.(org_[0-9a-z]{26})\.([\w-]{22})$/;
const REGISTERED = /^(dcr_[0-9a-z]{26})\.([\w-]{22})$/;
const DOCUMENT_ADDRESS_LENGTH_MAX = 500;

/** What signatures of client ids are for; see `Vault.sign`. */
export const CLIENT_ID_PURPOSE = "client id";

export type ClientRoute =
  | { kind: "organization"; id: string; organization_id: string; signature: string }
  | { kind: "registered"; id: string; signature: string }
  | { kind: "metadata_document" };

/** Where a client_id leads, without a look-up; null when it can be nobody's. */
export function readClientId(client_id: string): ClientRoute | null {
  const own = OWN.exec(client_id);
  if (own) return { kind: "organization", id: own[1]!, organization_id: own[2]!, signature: own[3]! };
  const registered = REGISTERED.exec(client_id);
  if (registered) return { kind: "registered", id: registered[1]!, signature: registered[2]! };
  return isDocumentAddress(client_id) ? { kind: "metadata_document" } : null;
}

/** A metadata document's address is its client's name: one spelling only, with a path, without what could hide another host. */
function isDocumentAddress(client_id: string): boolean {
  if (!client_id.startsWith("https://") || client_id.length > DOCUMENT_ADDRESS_LENGTH_MAX) return false;
  const url = URL.parse(client_id);
  return url !== null && url.href === client_id && url.pathname !== "/" && !client_id.includes("#") && url.username === "" && url.password === "";
}

/** The client_id of an organization's own client: it names the organization, so that the edge finds its actor. */
export function clientIdOf(id: string, organization_id: string, signature: string): string {
  return `${id}.${organization_id}.${signature}`;
}
