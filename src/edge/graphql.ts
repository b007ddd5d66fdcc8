import type { Failure } from "../domain/errors.ts";
import { failureResponse } from "../protocols/graphql/http/failure_response.ts";
import { handleSse, wantsEventStream } from "../protocols/graphql/live/sse.ts";
import { isUpgrade } from "../protocols/graphql/live/websocket.ts";
import { handleGraphqlHttp } from "../protocols/graphql/http/yoga.ts";
import { URL_MAX_LENGTH } from "./api.ts";
import { baseUrlOf } from "./base_url.ts";
import { credentialFailure, refuseOrganization } from "./credential_failure.ts";
import { readCredential } from "./credentials.ts";
import { graphiqlPage } from "./graphiql/page.ts";
import { graphqlBindings, introspectionAllowed } from "./graphql/bindings.ts";
import { handleUpgrade } from "./graphql/upgrade.ts";
import { preflightResponse, setCorsHeaders } from "./headers.ts";
import { setChallenge } from "./oauth/challenge.ts";
import { noteCredential, type RequestLog } from "./request_context.ts";

/** A link with one of these asks for an operation. */
const OPERATION_PARAMETERS = ["query", "documentId", "extensions"];

export function isGraphqlPath(path: string): boolean {
  return path === "/graphql" || path === "/graphql/";
}

/** Authenticates a GraphQL request and lets its protocol answer, with the organization's actor behind it. */
export async function handleGraphql(request: Request, env: Env, url: URL, log: RequestLog): Promise<Response> {
  if (request.method === "OPTIONS") return preflightResponse();
  if (isBrowser(request) && !OPERATION_PARAMETERS.some((name) => url.searchParams.has(name))) return graphiqlPage();
  log.protocol = "graphql";
  const response = await answer(request, env, log);
  if (response.status === 401 || response.status === 403) setChallenge(response, request, "/graphql", baseUrlOf(request, env), log);
  setCorsHeaders(response.headers);
  return response;
}

async function answer(request: Request, env: Env, log: RequestLog): Promise<Response> {
  const fail = (failure: Failure): Response => {
    log.error = failure.code;
    return failureResponse(request, failure);
  };
  if (request.url.length > URL_MAX_LENGTH)
    return fail({
      code: "URI_TOO_LONG",
      message: `The URL is longer than ${URL_MAX_LENGTH} characters; send the operation by POST`,
      details: { limit: URL_MAX_LENGTH },
    });
  if (isUpgrade(request)) return handleUpgrade(request, env, log, fail);
  // A link of another site carries no header: a credential in the URL is none here.
  const sent = request.headers.has("Authorization") || request.headers.has("X-API-Key");
  const credential = sent ? await readCredential(request, env, "/graphql", baseUrlOf(request, env)) : null;
  if (!credential) return fail(await credentialFailure(request, env, "/graphql", baseUrlOf(request, env)));
  noteCredential(log, credential);
  const foreign = refuseOrganization(credential, request.headers.get("X-Organization-Id"));
  if (foreign) return fail(foreign);
  const bindings = graphqlBindings(env, request, credential, log);
  const options = { introspection: introspectionAllowed(env), request_id: log.request_id };
  if (wantsEventStream(request)) return handleSse(request, bindings, options, fail);
  const { response, exchange } = await handleGraphqlHttp(request, bindings, options);
  const [refused] = exchange.refused;
  if (refused) log.error ??= String(refused.extensions.code);
  return response;
}

/** Somebody who opens the address in a browser, rather than a program that asks. */
function isBrowser(request: Request): boolean {
  return request.method === "GET" && (request.headers.get("Accept") ?? "").includes("text/html");
}
