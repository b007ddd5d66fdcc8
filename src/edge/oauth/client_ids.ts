import { typeidUnboxed } from "typeid-js";
import { signText, verifyText } from "../../actors/core/derived_keys.ts";
import { CLIENT_ID_PURPOSE, readClientId, type ClientRoute } from "../../domain/oauth/client.ts";

const REGISTERED_OWNER = "registered clients";

/** A new client_id for a client that registers itself. */
export function newRegisteredClientId(env: Env): string {
  const id = typeidUnboxed("dcr");
  return `${id}.${signText(env.CROW_SECRET, REGISTERED_OWNER, CLIENT_ID_PURPOSE, id)}`;
}

/** Where a client_id leads; null when it is nobody's or made up, which needs no actor to know. */
export function routeClientId(env: Env, client_id: string): ClientRoute | null {
  const route = readClientId(client_id);
  if (!route || route.kind === "metadata_document") return route;
  const owner = route.kind === "organization" ? route.organization_id : REGISTERED_OWNER;
  return verifyText(env.CROW_SECRET, owner, CLIENT_ID_PURPOSE, route.id, route.signature) ? route : null;
}
