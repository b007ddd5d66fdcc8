import type { McpClient, McpEnvelope, McpInput, McpRequest, McpView } from "../../../domain/mcp/command.ts";
import type { McpExecution } from "../../../domain/mcp/executor.ts";
import { TASKS_EXTENSION } from "../../../domain/mcp/message.ts";

/** Who sent a request, and by which way. */
export type Sender = Omit<McpEnvelope, "view">;

/** A request and all that it takes to go on with it later, as another actor than the one that began it. */
export interface AskedRequest {
  sender: Sender;
  request: McpRequest;
  client: McpClient;
  /** The session's own, where there is one. */
  view: McpView;
}

/** `room`: whether one more call may go on later. */
export function executionOf({ request, client, view }: AskedRequest, room: boolean, input: McpInput | null): McpExecution {
  const { method, params, progress_token, idempotency_key } = request;
  const may_wait = room && (progress_token !== null || takesTasks(request, client));
  return { method, params, client, view, progress_token, may_wait, input, ...(idempotency_key === undefined ? {} : { idempotency_key }) };
}

/** Whether the client declared the tasks extension, which sessions know nothing of. */
export function takesTasks({ session_id }: McpRequest, { capabilities }: McpClient): boolean {
  const { extensions } = capabilities;
  return session_id === null && typeof extensions === "object" && extensions !== null && Object.hasOwn(extensions, TASKS_EXTENSION);
}

export function senderOf({ credential, protocol, request_id, ip, origin, base_url }: McpEnvelope): Sender {
  return { credential, protocol, request_id, ip, origin, base_url };
}
