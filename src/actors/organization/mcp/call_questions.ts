import type { McpObject, McpRequestId } from "../../../domain/mcp/message.ts";
import type { KeptCall } from "./kept_call.ts";

const ID = /^(mcall_[0-9a-z]{26})\.(\d{1,4})\.(.+)$/s;

/** Which question of which call an answer is to. */
export interface QuestionName {
  call_id: string;
  round: number;
  key: string;
}

/** The requests that a call has for its client. Their ids name call, round and question: an answer finds its way, and none is used twice in a session. */
export function askedMessages({ id, questions }: Pick<KeptCall, "id" | "questions">): McpObject[] {
  const { round, requests } = questions!;
  return Object.entries(requests).map(([key, { method, params }]) => ({
    jsonrpc: "2.0",
    id: `${id}.${round}.${key}`,
    method,
    ...(params === undefined ? {} : { params }),
  }));
}

/** Null for what is no id of ours. */
export function parseQuestionId(id: McpRequestId): QuestionName | null {
  const match = ID.exec(String(id));
  return match && { call_id: match[1]!, round: Number(match[2]), key: match[3]! };
}
