import { callOrganization } from "../../actors/call.ts";
import { oauthClientActor } from "../../actors/rpc.ts";
import type { OAuthClient } from "../../domain/oauth/client.ts";
import { METADATA_MAX_BYTES, readMetadataDocument, type DescribedClient } from "../../domain/oauth/client_metadata.ts";
import { OAuthError } from "../../domain/oauth/errors.ts";
import { fetchJson } from "../outgoing_fetch.ts";
import { networkOf, takeAttempt } from "../throttle.ts";
import { routeClientId } from "./client_ids.ts";
import type { OAuthRequest } from "./request.ts";

const KEPT_MIN_MS = 5 * 60_000;
const KEPT_MAX_MS = 86_400_000;

/** Whether applications that no organization made may come. */
export function isRegistrationOpen(env: Env): boolean {
  return env.CLIENT_REGISTRATION !== "closed";
}

/**
 * The client with this client_id, wherever it is kept, or null. A metadata document is read when it is not known or its copy is stale; who makes us read too many is
 * refused.
 */
export async function loadClient(context: OAuthRequest, client_id: string): Promise<OAuthClient | null> {
  const { env } = context;
  const route = routeClientId(env, client_id);
  if (!route) return null;
  if (route.kind === "organization") return callOrganization(env, route.organization_id, "describeClient", { client_id });
  if (!isRegistrationOpen(env)) return null;
  if (route.kind === "registered") {
    const kept = await oauthClientActor(env, client_id).describe();
    return kept && toClient(client_id, kept.client, null);
  }
  const described = await describeByDocument(context, client_id);
  return described && toClient(client_id, described, "metadata_document");
}

/** Addresses of documents that were good lately. Any other takes an attempt before an actor is woken for it: anybody can make addresses up. */
const known_documents = new Set<string>();
const KNOWN_DOCUMENTS_MAX = 10_000;

async function describeByDocument(context: OAuthRequest, client_id: string): Promise<DescribedClient | null> {
  const is_known = known_documents.has(client_id);
  await admitDocument(context, client_id);
  const kept = await oauthClientActor(context.env, client_id).describe();
  if (!kept || kept.stale) {
    if (is_known) await takeLookUp(context);
    const described = await readDocument(context, client_id);
    if (described) rememberDocument(client_id);
    return described;
  }
  rememberDocument(client_id);
  return kept.client;
}

/** Lets a metadata document's address pass that is known here, and others as often as their network may ask about new ones. */
export async function admitDocument(context: OAuthRequest, client_id: string): Promise<void> {
  if (!known_documents.has(client_id)) await takeLookUp(context);
}

function rememberDocument(client_id: string): void {
  if (known_documents.size >= KNOWN_DOCUMENTS_MAX) known_documents.clear();
  known_documents.add(client_id);
}

async function takeLookUp({ env, ip }: OAuthRequest): Promise<void> {
  const wait_s = await takeAttempt(env, "document_address", networkOf(ip));
  if (wait_s !== null) throw new OAuthError("slow_down", `Too many new applications; retry in ${wait_s} seconds`, wait_s);
}

/** Reads and keeps a client's metadata document. */
async function readDocument({ env, base_url }: OAuthRequest, client_id: string): Promise<DescribedClient | null> {
  const own_host = new URL(base_url).host;
  const fetched = await fetchJson(client_id, own_host, METADATA_MAX_BYTES);
  const described = fetched && readMetadataDocument(fetched.value, client_id, own_host);
  if (!described) return null;
  const kept_ms = Math.min(KEPT_MAX_MS, Math.max(KEPT_MIN_MS, (fetched.max_age_s ?? 0) * 1_000));
  await oauthClientActor(env, client_id).keepDocument(described, Date.now() + kept_ms);
  return described;
}

function toClient(client_id: string, described: DescribedClient, verified_by: OAuthClient["verified_by"]): OAuthClient {
  return { ...described, client_id, organization_id: null, suspended: false, verified_by };
}
