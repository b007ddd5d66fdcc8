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

const ORGANIZATIONS_CLIENT = /^(cli_[0-9a-z]{26})\.(org_[0-9a-z]{26})$/;

/** Where a client_id leads, without a look-up; null when it can be nobody's. */
export function readClientId(
  client_id: string,
): { kind: "organization"; id: string; organization_id: string } | { kind: "registered" | "metadata_document" } | null {
  const match = ORGANIZATIONS_CLIENT.exec(client_id);
  if (match) return { kind: "organization", id: match[1]!, organization_id: match[2]! };
  if (/^dcr_[0-9a-z]{26}$/.test(client_id)) return { kind: "registered" };
  return client_id.startsWith("https://") && client_id.length <= 500 ? { kind: "metadata_document" } : null;
}

/** The client_id of an organization's own client: it names the organization, so that the edge finds its actor. */
export function clientIdOf(id: string, organization_id: string): string {
  return `${id}.${organization_id}`;
}
