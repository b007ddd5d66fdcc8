import { MCP_HEADER, organizationActor } from "../../actors/rpc.ts";
import type { Failure } from "../../domain/errors.ts";
import type { McpOpening } from "../../domain/mcp/stream.ts";
import { reachActor } from "../reach_actor.ts";

/** The actor keeps an opening with the socket, where there is room for 16 KB in all. */
const OPENING_MAX_LENGTH = 8_192;

/** Opens an inner socket that follows something, or says why the actor does not let the caller in. */
export async function openFollow(env: Env, opening: McpOpening, name: string): Promise<WebSocket | { failure: Failure }> {
  const text = encodeURIComponent(JSON.stringify(opening));
  if (text.length > OPENING_MAX_LENGTH) {
    const message = "There is too much in what is to be followed; follow fewer resources";
    return { failure: { code: "VALIDATION_ERROR", message, details: { limit: OPENING_MAX_LENGTH } } };
  }
  const request = (): Request => new Request("http://actor/mcp", { headers: { Upgrade: "websocket", [MCP_HEADER]: text } });
  const response = await reachActor(() => organizationActor(env, name).fetch(request()), true, opening.request_id);
  if ("unreachable" in response) return { failure: response.unreachable };
  return response.webSocket ?? { failure: (await response.json()) as Failure };
}
