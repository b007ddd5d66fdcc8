import type { Failure } from "../../domain/errors.ts";
import type { LiveServer } from "../../protocols/graphql/live/client_connection.ts";
import { webSocketResponse } from "../../protocols/graphql/live/websocket.ts";
import { baseUrlOf } from "../base_url.ts";
import { readCredential } from "../credentials.ts";
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
    if (!credential) return null;
    noteCredential(log, credential);
    return graphqlBindings(env, as, credential, log);
  };
  if (!request.headers.has("Authorization") && !request.headers.has("X-API-Key"))
    return webSocketResponse(request, { authenticate: async (params) => connect(withParameters(request, params)), options });
  const bindings = await connect(request);
  if (!bindings) return fail({ code: "UNAUTHENTICATED", message: "Send a valid API key or access token as Authorization: Bearer …", details: {} });
  return webSocketResponse(request, { authenticate: () => Promise.resolve(bindings), options });
}

/** The upgrade as if the client had been able to send these headers with it. A credential in the URL is none here. */
function withParameters(request: Request, params: Record<string, unknown>): Request {
  const headers = new Headers(request.headers);
  for (const [header, names] of Object.entries(PARAMETERS)) {
    const value = names.map((name) => params[name]).find((each) => typeof each === "string");
    // A header holds Latin characters only; no credential has others.
    if (typeof value === "string" && /^[\x20-\x7e]*$/.test(value)) headers.set(header, value);
  }
  if (!headers.has("Authorization") && !headers.has("X-API-Key")) headers.set("Authorization", "");
  return new Request(request, { headers });
}
