import { classifyInboundRequest } from "@modelcontextprotocol/server";
import { readMessage, refuseAccept } from "./read_message.ts";
import type { McpBindings } from "../bindings.ts";
import { handleSessionDelete, handleSessionGet, handleSessionPost } from "./sessions/handle.ts";
import { hasSession } from "./sessions/session_header.ts";
import { handleStateless } from "./stateless/handle.ts";
import { failureResponse } from "./respond.ts";

/** Answers one HTTP request of a client whose credential reads as valid, in the era that the request itself is of. */
export async function handleMcpHttp(request: Request, bindings: McpBindings): Promise<Response> {
  if (request.method === "POST") return handlePost(request, bindings);
  const handle = request.method === "GET" ? handleSessionGet : request.method === "DELETE" ? handleSessionDelete : null;
  // Without a session there is no stream and nothing to end: some clients ask all the same, and take only 405 for an answer.
  if (handle && hasSession(request)) return handle(request, bindings);
  bindings.noteFree(request.method);
  const allowed = handle ? ["POST"] : ["GET", "POST", "DELETE"];
  const message = handle ? `${request.method} is for sessions, by the header Mcp-Session-Id` : `${request.method} is not supported here`;
  return failureResponse(
    { code: "METHOD_NOT_ALLOWED", message, details: { allowed } },
    null,
    new Headers({ Allow: [...allowed, "OPTIONS"].join(", ") }),
  );
}

async function handlePost(request: Request, bindings: McpBindings): Promise<Response> {
  const not_acceptable = refuseAccept(request, ["application/json", "text/event-stream"]);
  const read = not_acceptable ? { response: failureResponse(not_acceptable) } : await readMessage(request);
  if ("response" in read) {
    bindings.noteFree(null);
    return read.response;
  }
  const { body } = read;
  const { headers } = request;
  const route = classifyInboundRequest({
    httpMethod: "POST",
    body,
    protocolVersionHeader: headers.get("MCP-Protocol-Version") ?? undefined,
    mcpMethodHeader: headers.get("Mcp-Method") ?? undefined,
  });
  return route.kind === "legacy" ? handleSessionPost(request, body, bindings) : handleStateless(request, body, route, bindings);
}
