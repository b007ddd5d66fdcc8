import { oauthClientActor } from "../../actors/rpc.ts";
import { OAuthError } from "../../domain/oauth/errors.ts";
import { METADATA_MAX_BYTES, readClientMetadata } from "../../domain/oauth/client_metadata.ts";
import { formatScope } from "../../domain/oauth/scope.ts";
import { networkOf, takeAttempt } from "../throttle.ts";
import { readText } from "./body.ts";
import { newRegisteredClientId } from "./client_ids.ts";
import { isRegistrationOpen } from "./clients.ts";
import type { OAuthRequest } from "./request.ts";
import { answering, oauthJson } from "./respond.ts";

/** Dynamic client registration (RFC 7591), open to anybody and so worth nothing by itself: whoever registers still has to be let in by a member. */
export async function handleRegister(context: OAuthRequest): Promise<Response> {
  return answering(context, async () => {
    if (!isRegistrationOpen(context.env))
      throw new OAuthError("registration_not_supported", "This server registers no applications; an organization's admin can create one");
    const wait_s = await takeAttempt(context.env, "registration_address", networkOf(context.ip));
    if (wait_s !== null) throw new OAuthError("slow_down", `Too many registrations; retry in ${wait_s} seconds`, wait_s);
    const client = readClientMetadata(await readJson(context.request), "client_secret_basic", new URL(context.base_url).host);
    const client_id = newRegisteredClientId(context.env);
    const { client_secret, created_at_ms } = await oauthClientActor(context.env, client_id).register(client);
    return oauthJson(201, {
      client_id,
      client_id_issued_at: Math.floor(created_at_ms / 1_000),
      ...(client_secret === null ? {} : { client_secret, client_secret_expires_at: 0 }),
      client_name: client.name,
      ...(client.client_uri === null ? {} : { client_uri: client.client_uri }),
      redirect_uris: client.redirect_uris,
      grant_types: client.grant_types,
      response_types: ["code"],
      token_endpoint_auth_method: client.token_endpoint_auth_method,
      ...(client.scopes === null ? {} : { scope: formatScope(client.scopes) }),
      ...(client.jwks === null ? {} : { jwks: client.jwks }),
      ...(client.jwks_uri === null ? {} : { jwks_uri: client.jwks_uri }),
    });
  });
}

async function readJson(request: Request): Promise<unknown> {
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers.get("Content-Type") ?? ""))
    throw new OAuthError("invalid_client_metadata", "Send the metadata as Content-Type: application/json");
  try {
    return JSON.parse(await readText(request, METADATA_MAX_BYTES)) as unknown;
  } catch (error) {
    if (error instanceof OAuthError) throw new OAuthError("invalid_client_metadata", error.description);
    throw new OAuthError("invalid_client_metadata", "The body is not valid JSON");
  }
}
