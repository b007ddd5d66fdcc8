import { OAuthError } from "../../domain/oauth/errors.ts";
import { Parameters } from "../../domain/oauth/parameters.ts";
import { readAuthorizationRequest, readRedirectUri } from "../../domain/oauth/authorization_request.ts";
import { openValue, sealValue } from "../sealed_value.ts";
import { readForm } from "./body.ts";
import { authenticateClient } from "./client_authentication.ts";
import { loadClient } from "./clients.ts";
import { guardGuessing } from "./guessing.ts";
import type { OAuthRequest } from "./request.ts";
import { answering, oauthJson } from "./respond.ts";

const PREFIX = "urn:ietf:params:oauth:request_uri:";
const TTL_MS = 300_000;
/** The sealed request must fit into a URL. */
const REQUEST_MAX_BYTES = 4_096;
const SEALED_FOR = "pushed requests";

interface Pushed {
  query: string;
}

/** What proves the client is not part of what it asks for. */
const PROOFS = ["client_secret", "client_assertion", "client_assertion_type"];

/**
 * Pushed authorization requests (RFC 9126). The request is handed back to the client sealed, as its own reference: nothing is stored, nobody but this deployment can read or
 * change it. It may be used for five minutes; a code that it leads to still works once.
 */
export async function handlePushedRequest(context: OAuthRequest): Promise<Response> {
  return answering(context, () =>
    guardGuessing(context, async () => {
      const { env, base_url } = context;
      const form = await readForm(context.request, REQUEST_MAX_BYTES);
      const parameters = new Parameters(form);
      if (parameters.get("request_uri") !== null) throw new OAuthError("invalid_request", "request_uri cannot be pushed");
      const { client_id } = (await authenticateClient(context, parameters)).proof;
      const client = await loadClient(context, client_id);
      if (!client) throw new OAuthError("invalid_client", "The client is unknown");
      readRedirectUri(parameters, client);
      readAuthorizationRequest(parameters, client, base_url);
      for (const name of PROOFS) form.delete(name);
      form.set("client_id", client_id);
      return oauthJson(201, { request_uri: sealRequest(env, form), expires_in: TTL_MS / 1_000 });
    }),
  );
}

/** A request as its own reference. */
export function sealRequest(env: Env, query: URLSearchParams): string {
  const pushed: Pushed = { query: query.toString() };
  return PREFIX + sealValue(env, SEALED_FOR, pushed, TTL_MS);
}

/** The parameters of an authorization request, read from its reference where one was sent. */
export function pushedParameters(env: Env, sent: Parameters): Parameters {
  const request_uri = sent.get("request_uri");
  if (request_uri === null) return sent;
  if (!request_uri.startsWith(PREFIX))
    throw new OAuthError("invalid_request_uri", "request_uri must come from the pushed authorization request endpoint");
  const pushed = openValue<Pushed>(env, SEALED_FOR, request_uri.slice(PREFIX.length));
  const parameters = pushed && new Parameters(new URLSearchParams(pushed.query));
  if (!parameters || parameters.get("client_id") !== sent.get("client_id"))
    throw new OAuthError("invalid_request_uri", "request_uri is unknown, has expired, or belongs to another client");
  return parameters;
}
