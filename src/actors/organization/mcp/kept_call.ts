import { typeidUnboxed } from "typeid-js";
import type { McpInput, McpView } from "../../../domain/mcp/command.ts";
import type { McpErrorObject, McpInputRequest, McpObject } from "../../../domain/mcp/message.ts";
import type { Scope } from "../../../domain/scopes.ts";
import { takesTasks, withoutMeta, type AskedRequest } from "./asked_request.ts";

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
  /** Null in the stateless revision. */
  session_id: string | null;
  is_task: boolean;
  /** The part of the server that it was made in. */
  view: McpView;
  /** Null once it is over. */
  asked: AskedRequest | null;
  status: "asking" | "waiting" | "done" | "cancelled";
  /** What is waited for. */
  subject: string | null;
  questions: Questions | null;
  progress: Progress | null;
  /** Of a task; any other call said it to its client. */
  outcome: CallOutcome | null;
  /** What the result was read with. */
  scopes: Scope[];
  /** What was taken from the bucket for it. */
  paid: number;
  created_at: number;
  updated_at: number;
  /** When it is given up, or once it is over, forgotten. */
  expires_at: number;
}

/** One that is not over. */
export type OpenCall = KeptCall & { asked: AskedRequest };

export function newCall(asked: AskedRequest, owner: string, paid: number, now: number): OpenCall {
  return {
    id: typeidUnboxed("mcall"),
    owner,
    session_id: asked.request.session_id,
    is_task: takesTasks(asked.request, asked.client),
    view: asked.view,
    asked: withoutMeta(asked),
    status: "waiting",
    subject: null,
    questions: null,
    progress: null,
    outcome: null,
    scopes: [],
    paid,
    created_at: now,
    updated_at: now,
    expires_at: now,
  };
}

/** What the client brought along, or answered to what the call asked. */
export function inputOf({ asked, questions }: OpenCall): McpInput | null {
  return questions ? { responses: questions.responses, state: questions.state } : asked.request.input;
}

export function isOpen<Call extends Pick<KeptCall, "status">>(call: Call): call is Call & { asked: AskedRequest } {
  return call.status === "asking" || call.status === "waiting";
}
