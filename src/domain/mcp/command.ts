import type { Failure } from "../errors.ts";
import type { ExecuteRequest } from "../execute.ts";
import type { LimitState } from "../rate_limit.ts";
import type { McpErrorObject, McpInputRequest, McpNotification, McpObject, McpRequestId } from "./message.ts";

/** The part of the server that a URL or its headers show. */
export interface McpView {
  /** Nothing that changes anything. */
  readonly: boolean;
  /** Families of operations whose tools are shown; null: the chosen few of all. */
  toolsets: readonly string[] | null;
}

/** What a client said of itself: in `initialize`, or in every request's `_meta` (revision 2026-07-28). */
export interface McpClient {
  protocol_version: string;
  info: McpObject;
  capabilities: McpObject;
}

/** Sent along with everything that the edge asks an organization for. */
export interface McpEnvelope extends Omit<ExecuteRequest, "calls"> {
  view: McpView;
}

/** One JSON-RPC request of a client. */
export interface McpRequest {
  id: McpRequestId;
  method: string;
  params: McpObject;
  /** Null in the stateless revision. */
  session_id: string | null;
  /** Who asks in the stateless revision; a session's client is known. */
  client: McpClient | null;
  /** Where progress is wanted; null: the answer is all that is wanted. */
  progress_token: McpRequestId | null;
  /** The client's answers to what an earlier answer asked for, and the state that it carried (multi round-trip requests). */
  input: McpInput | null;
  idempotency_key?: string;
}

export interface McpInput {
  responses: McpObject;
  state: string | null;
}

/** What travels to the actor, once per message of a client. */
export type McpCommand = McpEnvelope &
  (
    | { type: "initialize"; client: McpClient }
    | { type: "request"; request: McpRequest }
    /** A client's answer to what a call of its session asked for. */
    | { type: "respond"; session_id: string; id: McpRequestId; result: McpObject | null; error: McpErrorObject | null }
    | { type: "cancel"; session_id: string; id: McpRequestId }
    /** Nobody will hear what this call says: the edge could not open its stream. It is cancelled with its work. */
    | { type: "abandon"; session_id: string | null; call_id: string }
    /** Any other notification: only whether the session is there matters. */
    | { type: "touch"; session_id: string }
    | { type: "end"; session_id: string }
  );

export interface McpResultReply {
  kind: "result";
  result: McpObject;
  /** At the edge: the rest of the result's fields, as JSON text of an object (see answer_text.ts). */
  rest?: string;
  /** What is told before the result. */
  notifications: McpNotification[];
}

export type McpReply =
  | McpResultReply
  | { kind: "error"; error: McpErrorObject }
  /** Stateless only: a session's call asks by itself, on its stream. */
  | { kind: "input_required"; requests: Record<string, McpInputRequest>; state: string }
  /** It goes on: what it has to say comes over an inner socket that follows this call. */
  | { kind: "stream"; call_id: string }
  | { kind: "session"; session_id: string }
  | { kind: "done" };

/** What comes back. */
export interface McpAnswer {
  /** Set instead of a reply when the credential, the session (NOT_FOUND with `resource: "session"`) or the bucket refused. */
  failure: Failure | null;
  reply: McpReply | null;
  /** The operations that ran, for the log line. */
  operations: string[];
  limit: LimitState | null;
  retry_after_s: number | null;
  rows_read: number;
  rows_written: number;
}

export function refusedMcp(failure: Failure): McpAnswer {
  return { failure, reply: null, operations: [], limit: null, retry_after_s: null, rows_read: 0, rows_written: 0 };
}
