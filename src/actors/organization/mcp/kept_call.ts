import type { McpInput } from "../../../domain/mcp/command.ts";
import type { McpInputRequest, McpErrorObject, McpObject } from "../../../domain/mcp/message.ts";
import type { AskedRequest } from "./asked_request.ts";

/** What a client was asked before its call runs, and what it answered so far. */
export interface Questions {
  /** Counts how often the call asked, so that every question of a session has an id of its own. */
  round: number;
  state: string;
  requests: Record<string, McpInputRequest>;
  responses: McpObject;
}

export interface Progress {
  progress: number;
  total: number | null;
  message: string;
  /** When it was told, in milliseconds since the epoch. */
  at_ms: number;
}

/** What a call came to. */
export type CallOutcome = { result: McpObject } | { error: McpErrorObject };

/** A call that did not end at once. */
export interface KeptCall {
  id: string;
  owner: string;
  is_task: boolean;
  asked: AskedRequest;
  status: "asking" | "waiting" | "done" | "cancelled";
  /** What is waited for. */
  subject: string | null;
  questions: Questions | null;
  progress: Progress | null;
  /** Of a task; any other call said it to its client. */
  outcome: CallOutcome | null;
  /** What was taken from the bucket for it. */
  paid: number;
  created_at: number;
  updated_at: number;
  /** When it is given up, or once it is over, forgotten. */
  expires_at: number;
}

/** What the client brought along, or answered to what the call asked. */
export function inputOf({ asked, questions }: KeptCall): McpInput | null {
  return questions ? { responses: questions.responses, state: questions.state } : asked.request.input;
}

export function isOpen({ status }: Pick<KeptCall, "status">): boolean {
  return status === "asking" || status === "waiting";
}
