import { LIVE_HEADER, liveNameOf, organizationActor } from "../../actors/rpc.ts";
import type { Failure } from "../../domain/errors.ts";
import type { LiveOpening } from "../../domain/live.ts";
import { reachActor } from "../reach_actor.ts";

/** The actor keeps an opening with the socket, where there is room for 16 KB in all. */
const OPENING_MAX_LENGTH = 8_192;

/** Opens the inner socket of a GraphQL connection, or says why the actor does not let the caller in. */
export async function openLive(env: Env, opening: LiveOpening, name: string | undefined): Promise<WebSocket | { failure: Failure }> {
  // A sandbox is reached by its test keys alone.
  if (name === undefined || (opening.credential.kind === "operator" && liveNameOf(name) !== null)) return { failure: missingOrganization() };
  const text = encodeURIComponent(JSON.stringify(opening));
  if (text.length > OPENING_MAX_LENGTH)
    return { failure: { code: "VALIDATION_ERROR", message: "The Host or Origin header is too long", details: { limit: OPENING_MAX_LENGTH } } };
  const request = (): Request => new Request("http://actor/live", { headers: { Upgrade: "websocket", [LIVE_HEADER]: text } });
  const response = await reachActor(() => organizationActor(env, name).fetch(request()), true, opening.request_id);
  if ("unreachable" in response) return { failure: response.unreachable };
  return response.webSocket ?? { failure: (await response.json()) as Failure };
}

function missingOrganization(): Failure {
  return {
    code: "VALIDATION_ERROR",
    message: "The operator must name the organization",
    details: { field: "X-Organization-Id", expected: "the organization's id" },
  };
}
