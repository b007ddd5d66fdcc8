import { ERROR_CATALOGUE, type Failure } from "../../../domain/errors.ts";
import type { McpReply } from "../../../domain/mcp/command.ts";
import { toMcpError } from "../../../domain/mcp/failure.ts";
import { eventText } from "../../event_stream.ts";
import type { McpErrorObject, McpObject, McpRequestId } from "../../../domain/mcp/message.ts";

/** A JSON-RPC answer (JSON-RPC 2.0, section 5). */
export function resultMessage(id: McpRequestId, result: McpObject): McpObject {
  return { jsonrpc: "2.0", id, result };
}

export function errorMessage(id: McpRequestId | null, error: McpErrorObject): McpObject {
  return { jsonrpc: "2.0", id, error };
}

/** What the organization said is no answer to a request of this revision: our error, never an empty result. */
export function unexpected({ kind }: McpReply): McpErrorObject {
  return toMcpError({ code: "INTERNAL_ERROR", message: `The request was answered by ${kind}`, details: {} });
}

/** A result that is JSON text already. */
export function resultResponse(id: McpRequestId, result: string, headers: Headers): Response {
  headers.set("Content-Type", "application/json");
  return new Response(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${result}}`, { headers });
}

/** One message, or a batch of them. */
export function messageResponse(message: McpObject | McpObject[], headers: Headers = new Headers(), status = 200): Response {
  headers.set("Content-Type", "application/json");
  return new Response(JSON.stringify(message), { status, headers });
}

/** A refusal that HTTP has a status for. */
export function failureResponse(failure: Failure, id: McpRequestId | null = null, headers: Headers = new Headers()): Response {
  const { status } = ERROR_CATALOGUE[failure.code];
  const { retry_after_s } = failure.details;
  if (typeof retry_after_s === "number" && !headers.has("Retry-After")) headers.set("Retry-After", String(retry_after_s));
  return messageResponse(errorMessage(id, toMcpError(failure)), headers, status);
}

/** A JSON-RPC message as an event of a stream. */
export function messageEvent(message: McpObject, id: string | null = null): string {
  return eventText("message", JSON.stringify(message), id);
}

export function accepted(headers: Headers = new Headers()): Response {
  return new Response(null, { status: 202, headers });
}
