import type { McpClient, McpInput, McpRequest, McpView } from "../../../domain/mcp/command.ts";
import type { McpExecution } from "../../../domain/mcp/executor.ts";
import { TASKS_EXTENSION } from "../../../domain/mcp/message.ts";
import type { Sender } from "../later_authority.ts";

/** A request and all that it takes to go on with it later, as another actor than the one that began it. */
export interface AskedRequest {
  sender: Sender;
  request: McpRequest;
  client: McpClient;
  /** What the request's URL shows, and the session's own. */
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

/** The request without what is its sender's own business: nothing that comes later reads it. */
export function withoutMeta(asked: AskedRequest): AskedRequest {
  const { _meta, ...params } = asked.request.params;
  return { ...asked, request: { ...asked.request, params } };
}
