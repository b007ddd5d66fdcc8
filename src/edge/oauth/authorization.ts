import type { ConsentState } from "../../actors/organization/oauth/approve.ts";
import { readAuthorizationRequest, readRedirectUri, type AuthorizationRequest } from "../../domain/oauth/authorization_request.ts";
import type { OAuthClient } from "../../domain/oauth/client.ts";
import { OAuthError } from "../../domain/oauth/errors.ts";
import { Parameters } from "../../domain/oauth/parameters.ts";
import { withParameters } from "../../domain/oauth/redirect_uri.ts";
import { intersectScopes } from "../../domain/oauth/scope.ts";
import { seeOther } from "../pages/redirect.ts";
import { loadClient } from "./clients.ts";
import { pushedParameters, sealRequest } from "./pushed_requests.ts";
import { refusalPage } from "./refusal_page.ts";
import type { OAuthRequest } from "./request.ts";

/** An authorization request in the middle of its way: whoever asks, and where the answer goes. */
export interface Authorization {
  context: OAuthRequest;
  /** As it was sent: what the consent form sends again, to be judged anew. */
  query: string;
  /** As it is meant: with what was pushed in place of its reference. */
  parameters: Parameters;
  client: OAuthClient;
  redirect_uri: string;
  state: string | null;
  asked: AuthorizationRequest;
}

/** Reads and judges a request; a failure goes back to the client once its redirect URI is known to be its own, and to the person before that. */
export async function withAuthorization(
  context: OAuthRequest,
  query: string,
  work: (authorization: Authorization) => Promise<Response>,
): Promise<Response> {
  const { env, base_url } = context;
  let answer: { redirect_uri: string; state: string | null } | null = null;
  try {
    const sent = new Parameters(new URLSearchParams(query));
    const parameters = pushedParameters(env, sent);
    const client = await loadClient(context, parameters.require("client_id"));
    if (!client) throw new OAuthError("invalid_client", "This application is not known here");
    if (client.suspended) throw new OAuthError("invalid_client", "The organization has suspended this application; ask one of its admins");
    const redirect_uri = readRedirectUri(parameters, client);
    answer = { redirect_uri, state: parameters.get("state") };
    const asked = readAuthorizationRequest(parameters, client, base_url);
    return await work({ context, query, parameters, client, ...answer, asked });
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    context.log.error = error.error;
    return answer ? failureToClient(answer, error, base_url) : refusalPage(error);
  }
}

/** The same request with these parameters set, or (empty) left out: where a page leads on. What was pushed stays sealed. */
export function changedQuery(env: Env, { query, parameters, client }: Authorization, changes: Record<string, string>): string {
  const next = parameters.toQuery();
  for (const [name, value] of Object.entries(changes)) {
    if (value === "") next.delete(name);
    else next.set(name, value);
  }
  const was_pushed = new URLSearchParams(query).has("request_uri");
  return was_pushed ? new URLSearchParams({ client_id: client.client_id, request_uri: sealRequest(env, next) }).toString() : next.toString();
}

/** What this member would grant: of what is asked, what their role has. */
export function grantedOf({ asked }: Authorization, state: ConsentState): string[] {
  return [...asked.openid_scopes, ...intersectScopes(asked.scopes, state.grantable)];
}

function failureToClient(answer: { redirect_uri: string; state: string | null }, error: OAuthError, base_url: string): Response {
  const { redirect_uri, state } = answer;
  return seeOther(withParameters(redirect_uri, { error: error.error, error_description: error.description, state, iss: base_url }));
}
