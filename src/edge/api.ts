import type { ExecuteRequest } from "../domain/execute.ts";
import type { ResourcePath } from "../domain/oauth/resource.ts";
import { OPERATIONS } from "../domain/registry.ts";
import { operationMatcher } from "../protocols/rest/match_operation.ts";
import { errorResponse } from "../protocols/rest/respond.ts";
import { restRouter, type RestBindings } from "../protocols/rest/router.ts";
import { v1 } from "../protocols/rest/versions/v1.ts";
import { v2 } from "../protocols/rest/versions/v2.ts";
import { executeOnActor } from "./actor_client.ts";
import { baseUrlOf } from "./base_url.ts";
import { callerAddress } from "./caller_address.ts";
import { credentialFailure, refuseOrganization } from "./credential_failure.ts";
import { readCredential } from "./credentials.ts";
import { handleDownload, matchDownload } from "./download.ts";
import { openStream } from "./events.ts";
import { preflightResponse, setCorsHeaders } from "./headers.ts";
import { setChallenge } from "./oauth/challenge.ts";
import { forgetKeySet } from "./oauth/key_set.ts";
import { noteCredential, type RequestLog } from "./request_context.ts";

export const URL_MAX_LENGTH = 8_192;
const operationAt = operationMatcher(OPERATIONS);
const routers = { v1: restRouter(v1, OPERATIONS), v2: restRouter(v2, OPERATIONS) };

/** `/api/v1/…`, `/v1/…` and the same for v2: the version and the path below it, or null for any other path. */
export function matchApi(path: string): { version: "v1" | "v2"; path: string } | null {
  const match = /^(?:\/api)?\/(v1|v2)(\/.*)?$/.exec(path);
  return match ? { version: match[1] as "v1" | "v2", path: match[2] ?? "/" } : null;
}

/** Authenticates an API request and lets its version's router answer, with the actor behind `execute`. */
export async function handleApi(request: Request, env: Env, api: { version: "v1" | "v2"; path: string }, log: RequestLog): Promise<Response> {
  if (request.method === "OPTIONS") return preflightResponse();
  const download = matchDownload(api.path);
  const response = download === null ? await answer(request, env, api, log) : await handleDownload(request, env, download);
  // A client that comes without a token, or with an old one, learns what to ask for: no more than this call needs.
  if (response.status === 401) log.required_scope = operationAt(request.method, api.path)?.scope ?? null;
  if (response.status === 401 || response.status === 403) setChallenge(response, request, resourceOf(request), baseUrlOf(request, env), log);
  setCorsHeaders(response.headers);
  return response;
}

/** What a client is told to ask a token for: it looks whether that is above the URL it called. */
function resourceOf(request: Request): ResourcePath {
  return new URL(request.url).pathname.startsWith("/api/") ? "/api" : "";
}

async function answer(request: Request, env: Env, api: { version: "v1" | "v2"; path: string }, log: RequestLog): Promise<Response> {
  if (request.url.length > URL_MAX_LENGTH) {
    return errorResponse({
      code: "URI_TOO_LONG",
      message: `The URL is longer than ${URL_MAX_LENGTH} characters`,
      details: { limit: URL_MAX_LENGTH },
    });
  }
  const base_url = baseUrlOf(request, env);
  const credential = await readCredential(request, env, "/api", base_url);
  if (!credential) {
    log.error = "UNAUTHENTICATED";
    return errorResponse(await credentialFailure(request, env, "/api", base_url));
  }
  noteCredential(log, credential);
  const foreign = refuseOrganization(credential, request.headers.get("X-Organization-Id"));
  if (foreign) {
    log.error = foreign.code;
    return errorResponse(foreign);
  }
  log.protocol = `rest/${api.version}`;
  const envelope: Omit<ExecuteRequest, "calls"> = {
    credential,
    protocol: log.protocol,
    request_id: log.request_id,
    ip: callerAddress(request),
    origin: request.headers.get("Origin"),
    base_url,
  };
  const bindings: RestBindings = {
    execute: async (calls, organization_id) => {
      const started = Date.now();
      const target = credential.kind === "operator" ? (organization_id ?? request.headers.get("X-Organization-Id") ?? undefined) : undefined;
      if (target !== undefined) log.organization_id = target;
      const result = await executeOnActor(env, { ...envelope, calls }, target);
      log.actor_ms += Date.now() - started;
      log.rows_read += result.rows_read;
      log.rows_written += result.rows_written;
      return result;
    },
    openStream: () =>
      openStream(
        env,
        credential,
        request.headers.get("X-Organization-Id") ?? undefined,
        new URL(request.url).searchParams,
        request.headers.get("Last-Event-ID"),
      ),
    report: (operation, failure) => {
      log.operation = operation;
      log.error = failure?.code ?? null;
      const required = failure?.details.required_scope;
      log.required_scope = typeof required === "string" ? required : null;
      if (failure === null && operation.startsWith("signing_keys.")) forgetKeySet();
    },
  };
  return routers[api.version].fetch(request, bindings);
}
