import { actorOf, organizationActor, STREAM_HEADER } from "../actors/rpc.ts";
import { parsePosition } from "../domain/events/event.ts";
import type { StreamRequest } from "../domain/events/stream.ts";
import type { Credential } from "../domain/principal.ts";

/** Opens the inner socket of an event stream that was just authorized. */
export async function openStream(
  env: Env,
  credential: Credential,
  organization_id: string | undefined,
  query: URLSearchParams,
  last_event_id: string | null,
): Promise<WebSocket | null> {
  const name = actorOf(credential) ?? organization_id;
  if (name === undefined) return null;
  const after = last_event_id ?? query.get("after");
  const types = query.getAll("types").flatMap((text) => text.split(","));
  const stream: StreamRequest = {
    types: types.length > 0 ? types : null,
    after: after === null ? null : parsePosition(after),
    reader: credential.kind === "api_key" ? { kind: "api_key", key_id: credential.key_id } : credential,
  };
  const response = await organizationActor(env, name).fetch(
    new Request("http://actor/events", { headers: { Upgrade: "websocket", [STREAM_HEADER]: JSON.stringify(stream) } }),
  );
  return response.webSocket;
}
