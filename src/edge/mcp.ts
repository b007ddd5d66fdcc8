import { liveNameOf } from "../actors/rpc.ts";
import type { Failure } from "../domain/errors.ts";
import type { McpView } from "../domain/mcp/command.ts";
import { readResourcePath, type ResourcePath } from "../domain/oauth/resource.ts";
import type { Credential } from "../domain/principal.ts";
import { handleMcpHttp } from "../protocols/mcp/http/handle.ts";
import { failureResponse } from "../protocols/mcp/http/respond.ts";
import { baseUrlOf } from "./base_url.ts";
import { credentialFailure, refuseOrganization } from "./credential_failure.ts";
import { readCredential } from "./credentials.ts";
import { operatorNeedsOrganization, noSuchOrganization } from "./failures.ts";
import { mcpPreflightResponse, setMcpCorsHeaders } from "./headers.ts";
import { readAsked, type Asked } from "./mcp/asked.ts";
import { mcpBindings } from "./mcp/bindings.ts";
import { FreeMessages } from "./mcp/free_messages.ts";
import { refuseOrigin } from "./mcp/origin.ts";
import { scopesOf } from "./mcp/view.ts";
import { setChallenge } from "./oauth/challenge.ts";
import { noteCredential, type RequestLog } from "./request_context.ts";

export function isMcpPath(path: string): boolean {
  return path === "/mcp" || path.startsWith("/mcp/");
}

/** Authenticates a request of a model's client and lets the protocol answer, with the organization's actor behind it. */
export async function handleMcp(request: Request, env: Env, url: URL, log: RequestLog): Promise<Response> {
  log.protocol = "mcp";
  const foreign = refuseOrigin(request, env);
  if (foreign) {
    log.error = foreign.code;
    return failureResponse(foreign);
  }
  const origin = request.headers.get("Origin");
  if (request.method === "OPTIONS") return mcpPreflightResponse(origin);
  if (isBrowser(request)) return new Response(null, { status: 302, headers: { Location: "/docs/mcp", Vary: "Accept" } });
  const response = await answer(request, env, url, log);
  setMcpCorsHeaders(response.headers, origin);
  return response;
}

/** Somebody who opens the address in a browser, rather than a client that asks. */
function isBrowser({ method, headers }: Request): boolean {
  return method === "GET" && (headers.get("Accept") ?? "").includes("text/html") && !headers.has("Authorization") && !headers.has("X-API-Key");
}

/** What a request is let in with. */
interface Entry {
  credential: Credential;
  organization_id: string;
  view: McpView;
  free: FreeMessages;
}

async function answer(request: Request, env: Env, url: URL, log: RequestLog): Promise<Response> {
  const asked = readAsked(request, url);
  if ("failure" in asked) {
    log.error = asked.failure.code;
    return failureResponse(asked.failure);
  }
  const resource = readResourcePath(url.pathname)!;
  const entry = await enter(request, env, asked, resource, log);
  if ("failure" in entry) log.error = entry.failure.code;
  const response = "failure" in entry ? failureResponse(entry.failure) : await handleMcpHttp(request, mcpBindings(env, request, entry, log));
  // A client that comes without a token learns what to ask for: what all that it was given the URL of needs.
  if (response.status === 401) log.required_scope = scopesOf(asked.view).join(" ");
  const told = "failure" in entry && entry.failure.details.reason !== undefined ? entry.failure.message : undefined;
  if (response.status === 401 || response.status === 403) setChallenge(response, request, resource, baseUrlOf(request, env), log, told);
  return response;
}

async function enter(
  request: Request,
  env: Env,
  { path, view }: Asked,
  resource: ResourcePath,
  log: RequestLog,
): Promise<Entry | { failure: Failure }> {
  // A link of another site carries no header: a credential in the URL is none here.
  const sent = request.headers.has("Authorization") || request.headers.has("X-API-Key");
  const credential = sent ? await readCredential(request, env, resource, baseUrlOf(request, env)) : null;
  if (!credential) return { failure: await credentialFailure(request, env, resource, baseUrlOf(request, env)) };
  noteCredential(log, credential);
  const free = new FreeMessages(credential);
  const in_header = request.headers.get("X-Organization-Id");
  const refused = free.enter() ?? refuseOrganization(credential, path.organization_id) ?? refuseOrganization(credential, in_header);
  if (refused) return { failure: refused };
  if (credential.kind !== "operator") return { credential, organization_id: credential.organization_id, view, free };
  const named = path.organization_id ?? in_header;
  if (named === null) return { failure: operatorNeedsOrganization("in the URL or this header") };
  // A sandbox is reached by its test keys alone.
  if (liveNameOf(named) !== null) return { failure: noSuchOrganization() };
  log.organization_id = named;
  return { credential, organization_id: named, view, free };
}
