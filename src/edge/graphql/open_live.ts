import { LIVE_HEADER, liveNameOf } from "../../actors/rpc.ts";
import type { Failure } from "../../domain/errors.ts";
import type { LiveOpening } from "../../domain/live.ts";
import { operatorNeedsOrganization } from "../failures.ts";
import { openInnerSocket } from "../open_inner_socket.ts";

/** Opens the inner socket of a GraphQL connection, or says why the actor does not let the caller in. */
export async function openLive(env: Env, opening: LiveOpening, name: string | undefined): Promise<WebSocket | { failure: Failure }> {
  // A sandbox is reached by its test keys alone.
  if (name === undefined || (opening.credential.kind === "operator" && liveNameOf(name) !== null))
    return { failure: operatorNeedsOrganization("in this header, or this parameter of the connection") };
  return openInnerSocket(env, name, LIVE_HEADER, opening, "The Host or Origin header is too long");
}
