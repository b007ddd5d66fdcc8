import { decodeJwt } from "jose";
import { callOrganization } from "../../actors/call.ts";
import { hashSecret } from "../../actors/secrets/routed_secret.ts";
import { oauthClientActor } from "../../actors/rpc.ts";
import { parseClientSecret } from "../../actors/secrets/secret_kinds.ts";
import { invalidClient, OAuthError } from "../../domain/oauth/errors.ts";
import type { ClientProof } from "../../domain/oauth/exchange.ts";
import type { Parameters } from "../../domain/oauth/parameters.ts";
import { ASSERTION_TYPE, verifyAssertion } from "./client_assertion.ts";
import { routeClientId } from "./client_ids.ts";
import { admitDocument, isRegistrationOpen, loadClient } from "./clients.ts";
import type { OAuthRequest } from "./request.ts";

/** Where a proof is judged: at the organization whose client it is, together with what it is used for, or already at the client's own actor. */
export interface PresentedClient {
  proof: ClientProof;
  /** Null for a client that no organization owns. */
  organization_id: string | null;
}

/**
 * Reads who the client says it is and how it proves it (RFC 6749, section 2.3; RFC 7521, section 4.2): exactly one way. A secret of an organization's client that is forged
 * is refused here and wakes no actor.
 */
export async function readClient(context: OAuthRequest, parameters: Parameters): Promise<PresentedClient> {
  const proof = await readProof(context, parameters);
  context.log.credential = proof.client_id.slice(0, 200);
  const route = routeClientId(context.env, proof.client_id);
  if (!route || (route.kind !== "organization" && !isRegistrationOpen(context.env))) throw invalidClient();
  if (route.kind === "organization") return { proof, organization_id: route.organization_id };
  if (route.kind === "metadata_document") await admitDocument(context, proof.client_id);
  if (!(await oauthClientActor(context.env, proof.client_id).proves(proof))) throw invalidClient();
  return { proof, organization_id: null };
}

/** For endpoints that give nothing but what the client's own proof allows: judges it at once. */
export async function authenticateClient(context: OAuthRequest, parameters: Parameters): Promise<PresentedClient> {
  const presented = await readClient(context, parameters);
  if (presented.organization_id === null) return presented;
  const proven = await callOrganization(context.env, presented.organization_id, "proveClient", { proof: presented.proof });
  if (!proven) throw invalidClient();
  if (!proven.ok) throw new OAuthError(proven.failure.error, proven.failure.description, proven.failure.retry_after_s);
  return presented;
}

async function readProof(context: OAuthRequest, parameters: Parameters): Promise<ClientProof> {
  const basic = readBasic(context.request);
  const secret = parameters.get("client_secret");
  const assertion = parameters.get("client_assertion");
  if ([basic, secret, assertion].filter((proof) => proof !== null).length > 1)
    throw new OAuthError("invalid_request", "Authenticate the client in one way only");
  const client_id = parameters.get("client_id");
  if (basic) {
    if (client_id !== null && client_id !== basic.client_id)
      throw new OAuthError("invalid_request", "client_id differs from that of the Authorization header");
    return secretProof(context, basic.client_id, basic.secret, "client_secret_basic");
  }
  if (assertion !== null) return assertionProof(context, assertion, parameters);
  if (client_id === null) throw new OAuthError("invalid_client", "Say which client this is: client_id, HTTP Basic or client_assertion");
  if (secret !== null) return secretProof(context, client_id, secret, "client_secret_post");
  return { client_id, method: "none", secret_hash: null, assertion: null };
}

function secretProof(context: OAuthRequest, client_id: string, secret: string, method: "client_secret_basic" | "client_secret_post"): ClientProof {
  const route = routeClientId(context.env, client_id);
  if (route?.kind === "organization") {
    const routed = parseClientSecret(secret, context.env.CROW_SECRET);
    if (!routed || routed.id !== route.id || routed.organization_id !== route.organization_id) throw invalidClient();
    return { client_id, method, secret_hash: routed.secret_hash, assertion: null };
  }
  return { client_id, method, secret_hash: hashSecret(secret), assertion: null };
}

async function assertionProof(context: OAuthRequest, assertion: string, parameters: Parameters): Promise<ClientProof> {
  if (parameters.get("client_assertion_type") !== ASSERTION_TYPE)
    throw new OAuthError("invalid_request", `client_assertion_type must be ${ASSERTION_TYPE}`);
  const client_id = parameters.get("client_id") ?? subjectOf(assertion);
  const client = client_id === null ? null : await loadClient(context, client_id);
  if (!client || client.token_endpoint_auth_method !== "private_key_jwt") throw invalidClient();
  const { base_url } = context;
  const audiences = [base_url, `${base_url}/oauth/token`, base_url + new URL(context.request.url).pathname];
  const verified = await verifyAssertion(assertion, client, audiences, new URL(base_url).host);
  if (!verified) throw invalidClient();
  return { client_id: client.client_id, method: "private_key_jwt", secret_hash: null, assertion: verified };
}

/** HTTP Basic with both parts form-encoded (RFC 6749, section 2.3.1). */
function readBasic(request: Request): { client_id: string; secret: string } | null {
  const header = request.headers.get("Authorization");
  if (header === null) return null;
  const match = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header);
  const text = match ? Buffer.from(match[1]!, "base64").toString("utf8") : "";
  const at = text.indexOf(":");
  if (at < 1) throw new OAuthError("invalid_client", "The Authorization header must be HTTP Basic with client_id and secret");
  try {
    return { client_id: formDecode(text.slice(0, at)), secret: formDecode(text.slice(at + 1)) };
  } catch {
    throw new OAuthError("invalid_client", "The parts of the Authorization header must be form-encoded");
  }
}

function formDecode(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}

function subjectOf(assertion: string): string | null {
  try {
    return decodeJwt(assertion).sub ?? null;
  } catch {
    return null;
  }
}
