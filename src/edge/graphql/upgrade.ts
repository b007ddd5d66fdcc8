import type { Failure } from "../../domain/errors.ts";
import { LIVE_CLOSE } from "../../domain/live.ts";
import type { LiveServer } from "../../protocols/graphql/live/client_connection.ts";
import type { Ending } from "../../protocols/graphql/live/inner_connection.ts";
import { webSocketResponse } from "../../protocols/graphql/live/websocket.ts";
import { baseUrlOf } from "../base_url.ts";
import { credentialFailure, refuseOrganization } from "../credential_failure.ts";
import { readCredential } from "../credentials.ts";
import { noSuchOrganization } from "../failures.ts";
import { noteCredential, type RequestLog } from "../request_context.ts";
import { graphqlBindings, introspectionAllowed } from "./bindings.ts";

/** What `connection_init` may bring, by the header that it stands for. */
const PARAMETERS = {
  Authorization: ["Authorization", "authorization"],
  "X-API-Key": ["X-API-Key", "x-api-key", "apiKey"],
  "X-Organization-Id": ["X-Organization-Id", "x-organization-id"],
};

/** Opens a GraphQL connection by WebSocket. Who is there is known now, by the upgrade's headers, or only from `connection_init`, where a browser has to put it. */
export async function handleUpgrade(request: Request, env: Env, log: RequestLog, fail: (failure: Failure) => Response): Promise<Response> {
  const options = { introspection: introspectionAllowed(env), request_id: log.request_id };
  const connect = async (as: Request): ReturnType<LiveServer["authenticate"]> => {
    const credential = await readCredential(as, env, "/graphql", baseUrlOf(as, env));
    if (!credential) return { ending: endingWithout(as) };
    noteCredential(log, credential);
    const foreign = refuseOrganization(credential, as.headers.get("X-Organization-Id"));
    if (foreign) return { ending: { code: LIVE_CLOSE.forbidden, reason: foreign.message } };
    return graphqlBindings(env, as, credential, log);
  };
  if (!request.headers.has("Authorization") && !request.headers.has("X-API-Key"))
    return webSocketResponse(request, { authenticate: async (params) => connect(withParameters(request, params)), options });
  const bindings = await connect(request);
  if ("ending" in bindings) {
    const foreign = bindings.ending.code === LIVE_CLOSE.forbidden;
    return fail(foreign ? noSuchOrganization() : await credentialFailure(request, env, "/graphql", baseUrlOf(request, env)));
  }
  return webSocketResponse(request, { authenticate: () => Promise.resolve(bindings), options });
}

/** How a connection ends that brought no good credential. What a client does not get right by trying again is final to it. */
function endingWithout({ headers }: Request): Ending {
  const sent = headers.get("Authorization") || headers.get("X-API-Key");
  if (!sent) return { code: LIVE_CLOSE.unauthenticated, reason: 'Send connectionParams: { Authorization: "Bearer …" }' };
  if (hasExpired(sent)) return { code: LIVE_CLOSE.expired, reason: "The token has expired; connect again with a new one" };
  return { code: LIVE_CLOSE.unauthenticated, reason: "This credential is not valid; send an API key or an access token as Bearer …" };
}

/** Whether a token says so of itself, which nobody need believe: it decides whether the client is told to come again. */
function hasExpired(authorization: string): boolean {
  const claims = /^Bearer +eyJ[\w-]*\.([\w-]+)\.[\w-]+$/i.exec(authorization)?.[1];
  if (claims === undefined) return false;
  try {
    const { exp } = JSON.parse(Buffer.from(claims, "base64url").toString()) as { exp?: unknown };
    return typeof exp === "number" && exp * 1_000 <= Date.now();
  } catch {
    return false;
  }
}

/** The upgrade as if the client had been able to send these headers with it. A credential in the URL is none here. */
function withParameters(request: Request, params: Record<string, unknown>): Request {
  const headers = new Headers(request.headers);
  // Some clients send all their headers so.
  const { headers: nested } = params;
  const sources = typeof nested === "object" && nested !== null ? [params, nested as Record<string, unknown>] : [params];
  for (const [header, names] of Object.entries(PARAMETERS)) {
    const value = sources.flatMap((source) => names.map((name) => source[name])).find((each) => typeof each === "string");
    // A header holds Latin characters only; no credential has others.
    if (typeof value === "string" && /^[\x20-\x7e]*$/.test(value)) headers.set(header, value);
  }
  if (!headers.has("Authorization") && !headers.has("X-API-Key")) headers.set("Authorization", "");
  return new Request(request, { headers });
}
