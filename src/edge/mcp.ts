import { liveNameOf } from "../actors/rpc.ts";
import { OperationError, type Failure } from "../domain/errors.ts";
import type { McpView } from "../domain/mcp/command.ts";
import { parseMcpPath, type McpPath } from "../domain/mcp/path.ts";
import { readResourcePath, type ResourcePath } from "../domain/oauth/resource.ts";
import type { Credential } from "../domain/principal.ts";
import { handleMcpHttp } from "../protocols/mcp/http/handle.ts";
import { failureResponse } from "../protocols/mcp/http/respond.ts";
import { URL_MAX_LENGTH } from "./api.ts";
import { baseUrlOf } from "./base_url.ts";
import { readCredential } from "./credentials.ts";
import { mcpPreflightResponse, setMcpCorsHeaders } from "./headers.ts";
import { mcpBindings } from "./mcp/bindings.ts";
import { refuseFreeMessages } from "./mcp/free_messages.ts";
import { refuseOrigin } from "./mcp/origin.ts";
import { readView, scopesOf } from "./mcp/view.ts";
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
  const response = await answer(request, env, url, log);
  setMcpCorsHeaders(response.headers, origin);
  return response;
}

/** What a request is let in with. */
interface Entry {
  credential: Credential;
  organization_id: string;
  view: McpView;
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
  if (response.status === 401 || response.status === 403) setChallenge(response, request, resource, baseUrlOf(request, env), log);
  return response;
}

function readAsked(request: Request, url: URL): { path: McpPath; view: McpView } | { failure: Failure } {
  if (request.url.length > URL_MAX_LENGTH) {
    const message = `The URL is longer than ${URL_MAX_LENGTH} characters`;
    return { failure: { code: "URI_TOO_LONG", message, details: { limit: URL_MAX_LENGTH } } };
  }
  const path = parseMcpPath(url.pathname);
  if (!path) {
    const expected = "/mcp or /mcp/{organization}, each with /x/{toolset,toolset} and /readonly after it";
    return { failure: { code: "NOT_FOUND", message: `There is no MCP server here; use ${expected}`, details: { resource: "page", expected } } };
  }
  try {
    return { path, view: readView(path, request.headers) };
  } catch (error) {
    if (error instanceof OperationError) return { failure: error.toFailure() };
    throw error;
  }
}

async function enter(
  request: Request,
  env: Env,
  { path, view }: { path: McpPath; view: McpView },
  resource: ResourcePath,
  log: RequestLog,
): Promise<Entry | { failure: Failure }> {
  // A link of another site carries no header: a credential in the URL is none here.
  const sent = request.headers.has("Authorization") || request.headers.has("X-API-Key");
  const credential = sent ? await readCredential(request, env, resource, baseUrlOf(request, env)) : null;
  if (!credential) {
    const message = "Send a valid API key or access token as Authorization: Bearer …";
    return { failure: { code: "UNAUTHENTICATED", message, details: {} } };
  }
  noteCredential(log, credential);
  const refused = refuseFreeMessages(credential);
  if (refused) return { failure: refused };
  if (credential.kind !== "operator") {
    const { organization_id } = credential;
    const is_own = path.organization_id === null || path.organization_id === organization_id;
    return is_own ? { credential, organization_id, view } : { failure: noSuchOrganization() };
  }
  const named = path.organization_id ?? request.headers.get("X-Organization-Id");
  if (named === null) return { failure: operatorNeedsOrganization() };
  // A sandbox is reached by its test keys alone.
  if (liveNameOf(named) !== null) return { failure: noSuchOrganization() };
  log.organization_id = named;
  return { credential, organization_id: named, view };
}

/** The same for one that is not there and for another's. */
function noSuchOrganization(): Failure {
  return { code: "NOT_FOUND", message: "No such organization", details: { resource: "organization" } };
}

function operatorNeedsOrganization(): Failure {
  return {
    code: "VALIDATION_ERROR",
    message: "The operator must name the organization, in the URL or a header",
    details: { field: "X-Organization-Id", expected: "the organization's id" },
  };
}
