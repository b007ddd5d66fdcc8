import { MCP_ERROR, type McpObject, type McpRequestId } from "../../../../domain/mcp/message.ts";
import { limitHeaders } from "../../../rate_limit_headers.ts";
import type { McpBindings } from "../../bindings.ts";
import { CAPABILITIES, INSTRUCTIONS, SERVER_INFO } from "../../server.ts";
import { isObject } from "../../objects.ts";
import { errorMessage, failureResponse, messageResponse, resultMessage } from "../respond.ts";
import { encodeServer } from "./codec.ts";
import { sessionHeader } from "./session_header.ts";
import { negotiate } from "./versions.ts";

/** Opens a session (revision 2025-11-25, "Lifecycle"). */
export async function initialize(id: McpRequestId, params: McpObject, bindings: McpBindings): Promise<Response> {
  const { protocolVersion, capabilities, clientInfo } = params;
  if (typeof protocolVersion !== "string" || !isObject(capabilities) || !isObject(clientInfo)) {
    bindings.noteFree("initialize");
    const message = "initialize takes protocolVersion, capabilities and clientInfo";
    return messageResponse(errorMessage(id, { code: MCP_ERROR.invalid_params, message }), new Headers(), 400);
  }
  const version = negotiate(protocolVersion);
  const answer = await bindings.send({ type: "initialize", client: { protocol_version: version, info: clientInfo, capabilities } });
  const headers = limitHeaders(answer);
  const { reply, failure } = answer;
  if (failure || reply?.kind !== "session") {
    return failureResponse(failure ?? { code: "INTERNAL_ERROR", message: "No session was opened", details: {} }, id, headers);
  }
  headers.set("Mcp-Session-Id", sessionHeader({ id: reply.session_id, version }));
  const server = encodeServer(SERVER_INFO, CAPABILITIES, version);
  return messageResponse(resultMessage(id, { protocolVersion: version, ...server, instructions: INSTRUCTIONS }), headers);
}
