import { callOrganization } from "../../actors/call.ts";
import type { KeptClient } from "../../actors/oauth_clients/actor.ts";
import type { OAuthClient } from "../../domain/oauth/client.ts";
import { readClientMetadata, type DescribedClient, METADATA_MAX_BYTES } from "../../domain/oauth/client_metadata.ts";
import type { ClientProof } from "../../domain/oauth/exchange.ts";
import { OAuthError } from "../../domain/oauth/errors.ts";
import { fetchJson } from "../outgoing_fetch.ts";
import { networkOf, takeAttempt } from "../throttle.ts";
import { routeClientId } from "./client_ids.ts";

const KEPT_MIN_MS = 5 * 60_000;
const KEPT_MAX_MS = 86_400_000;

/** The RPC of a client's actor; ours say what is really sent. */
export interface OAuthClientRpc {
  register(client: DescribedClient): Promise<{ client_secret: string | null; created_at_ms: number }>;
  keepDocument(client: DescribedClient, fresh_until_ms: number): Promise<void>;
  describe(): Promise<KeptClient | null>;
  proves(proof: ClientProof): Promise<boolean>;
}

export function clientActor(env: Env, client_id: string): OAuthClientRpc {
  return env.OAUTH_CLIENTS.getByName(client_id) as unknown as OAuthClientRpc;
}

/** Whether applications that no organization made may come. */
export function isRegistrationOpen(env: Env): boolean {
  return env.CLIENT_REGISTRATION !== "closed";
}

/**
 * The client with this client_id, wherever it is kept, or null. A metadata document is read when it is not known, and with `refresh` also when its copy is stale; who makes
 * us read too many is refused.
 */
export async function loadClient(
  env: Env,
  client_id: string,
  base_url: string,
  options: { refresh: boolean; ip: string | null },
): Promise<OAuthClient | null> {
  const route = routeClientId(env, client_id);
  if (!route) return null;
  if (route.kind === "organization") return callOrganization(env, route.organization_id, "describeClient", { client_id });
  if (!isRegistrationOpen(env)) return null;
  if (route.kind === "registered") {
    const kept = await clientActor(env, client_id).describe();
    return kept && toClient(client_id, kept.client, null);
  }
  const described = await describeByDocument(env, client_id, base_url, options);
  return described && toClient(client_id, described, "metadata_document");
}

/** Addresses of documents that were good lately. Any other takes an attempt before an actor is woken for it: anybody can make addresses up. */
const known_documents = new Set<string>();
const KNOWN_DOCUMENTS_MAX = 10_000;

async function describeByDocument(
  env: Env,
  client_id: string,
  base_url: string,
  { refresh, ip }: { refresh: boolean; ip: string | null },
): Promise<DescribedClient | null> {
  const is_known = known_documents.has(client_id);
  if (!is_known) {
    if (!isDocumentAddress(client_id)) return null;
    await takeLookUp(env, ip);
  }
  const kept = await clientActor(env, client_id).describe();
  if (!kept || (kept.stale && refresh)) {
    if (is_known) await takeLookUp(env, ip);
    const described = await readDocument(env, client_id, base_url);
    if (described) rememberDocument(client_id);
    return described;
  }
  rememberDocument(client_id);
  return kept.client;
}

function rememberDocument(client_id: string): void {
  if (known_documents.size >= KNOWN_DOCUMENTS_MAX) known_documents.clear();
  known_documents.add(client_id);
}

async function takeLookUp(env: Env, ip: string | null): Promise<void> {
  const wait_s = await takeAttempt(env, "registration_address", networkOf(ip));
  if (wait_s !== null) throw new OAuthError("slow_down", `Too many new applications; retry in ${wait_s} seconds`, wait_s);
}

/** The document's address is the client's name: one spelling only, with a path, without what could hide another host. */
function isDocumentAddress(client_id: string): boolean {
  const url = URL.parse(client_id);
  return url !== null && url.href === client_id && url.pathname !== "/" && !client_id.includes("#") && url.username === "" && url.password === "";
}

/** Reads and keeps a Client ID Metadata Document (draft-ietf-oauth-client-id-metadata-document). */
async function readDocument(env: Env, client_id: string, base_url: string): Promise<DescribedClient | null> {
  const own_host = new URL(base_url).host;
  const fetched = await fetchJson(client_id, own_host, METADATA_MAX_BYTES);
  if (!fetched || typeof fetched.value !== "object" || fetched.value === null) return null;
  const document = fetched.value as Record<string, unknown>;
  if (document.client_id !== client_id || "client_secret" in document) return null;
  const described = readClientMetadata(document, "none", own_host);
  if (described.token_endpoint_auth_method.startsWith("client_secret"))
    throw new OAuthError("invalid_client_metadata", "A client with a metadata document has no secret: use none or private_key_jwt");
  const kept_ms = Math.min(KEPT_MAX_MS, Math.max(KEPT_MIN_MS, (fetched.max_age_s ?? 0) * 1_000));
  await clientActor(env, client_id).keepDocument(described, Date.now() + kept_ms);
  return described;
}

function toClient(client_id: string, described: DescribedClient, verified_by: OAuthClient["verified_by"]): OAuthClient {
  return { ...described, client_id, organization_id: null, suspended: false, verified_by };
}
