import { MCP_HEADER } from "../../actors/rpc.ts";
import type { Failure } from "../../domain/errors.ts";
import type { McpOpening } from "../../domain/mcp/stream.ts";
import { openInnerSocket } from "../open_inner_socket.ts";

/** Opens an inner socket that follows something, or says why the actor does not let the caller in. */
export function openFollow(env: Env, opening: McpOpening, name: string): Promise<WebSocket | { failure: Failure }> {
  return openInnerSocket(env, name, MCP_HEADER, opening, "There is too much in what is to be followed; follow fewer resources");
}
