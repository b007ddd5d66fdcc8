import { OPENING_LENGTH_MAX, organizationActor, writeOpening } from "../actors/rpc.ts";
import type { Failure } from "../domain/errors.ts";
import { reachActor } from "./reach_actor.ts";

/** Opens an inner socket to an organization's actor, or says why the actor does not let the caller in. `too_long`: what to say where the opening is. */
export async function openInnerSocket(
  env: Env,
  name: string,
  header: string,
  opening: { request_id: string },
  too_long: string,
): Promise<WebSocket | { failure: Failure }> {
  const text = writeOpening(opening);
  if (text === null) return { failure: { code: "VALIDATION_ERROR", message: too_long, details: { limit: OPENING_LENGTH_MAX } } };
  const request = (): Request => new Request("http://actor/", { headers: { Upgrade: "websocket", [header]: text } });
  const response = await reachActor(() => organizationActor(env, name).fetch(request()), true, opening.request_id);
  if ("unreachable" in response) return { failure: response.unreachable };
  return response.webSocket ?? { failure: (await response.json()) as Failure };
}
