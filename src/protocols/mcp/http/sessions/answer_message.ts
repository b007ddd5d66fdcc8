import { OperationError, type Failure } from "../../../../domain/errors.ts";
import { resultOf } from "../../../../domain/mcp/answer_text.ts";
import type { McpAnswer } from "../../../../domain/mcp/command.ts";
import { MCP_ERROR, type McpErrorObject, type McpObject, type McpRequestId } from "../../../../domain/mcp/message.ts";
import type { McpBindings, McpCommandBody } from "../../bindings.ts";
import { judge } from "../judge.ts";
import { objectOf } from "../../objects.ts";
import { idempotencyKeyOf, progressTokenOf } from "../request_fields.ts";
import { errorMessage, resultMessage, unexpected } from "../respond.ts";
import { encodeMessage, encodeResultText } from "./codec.ts";
import type { NamedSession } from "./session_header.ts";

/** What came of one message of a session. */
export type Answered = { answer: McpAnswer | null } & (
  | { kind: "refused"; id: McpRequestId | null; failure: Failure }
  /** It was no request. */
  | { kind: "accepted" }
  /** What is told before the response, and the response. */
  | { kind: "messages"; messages: McpObject[] }
  /** The result alone, as JSON text; never of a message in a batch, whose revision is older. */
  | { kind: "result"; id: McpRequestId; text: string }
  | { kind: "stream"; call_id: string }
);

interface Message {
  id?: McpRequestId;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: unknown;
}

/** Asks the organization for what a message of a session wants. The message is valid JSON-RPC. */
export async function answerMessage(message: Message, session: NamedSession, bindings: McpBindings, headers: Headers): Promise<Answered> {
  const { id = null, method } = message;
  try {
    const command = commandFor(message, session, headers);
    const answer = await bindings.send(command);
    const judged = judge(answer, method ?? "", bindings);
    if ("refused" in judged) return { answer, kind: "refused", id, failure: judged.refused };
    if (id === null || method === undefined) return { answer, kind: "accepted" };
    const { reply } = judged;
    const said = (messages: McpObject[]): Answered => ({
      answer,
      kind: "messages",
      messages: messages.map((each) => encodeMessage(each, session.version)),
    });
    if (reply.kind === "stream") return { answer, kind: "stream", call_id: reply.call_id };
    if (reply.kind === "error") return said([errorMessage(id, reply.error)]);
    if (reply.kind === "done") return said([resultMessage(id, {})]);
    if (reply.kind !== "result") return said([errorMessage(id, unexpected(reply))]);
    const text = reply.notifications.length === 0 ? encodeResultText(reply, session.version) : null;
    if (text !== null) return { answer, kind: "result", id, text };
    const told = reply.notifications.map((notification) => ({ jsonrpc: "2.0", ...notification }));
    return said([...told, resultMessage(id, resultOf(reply))]);
  } catch (error) {
    if (error instanceof OperationError) return { answer: null, kind: "refused", id, failure: error.toFailure() };
    throw error;
  }
}

/** Throws OperationError for a bad idempotency key. */
function commandFor(message: Message, session: NamedSession, headers: Headers): McpCommandBody {
  const { id, method } = message;
  const session_id = session.id;
  const params = objectOf(message.params);
  if (method === undefined) return { type: "respond", session_id, id: id!, ...responseOf(message) };
  if (id === undefined) {
    const { requestId } = params;
    const cancels = method === "notifications/cancelled" && (typeof requestId === "string" || typeof requestId === "number");
    return cancels ? { type: "cancel", session_id, id: requestId } : { type: "touch", session_id };
  }
  if (method === "ping") return { type: "touch", session_id };
  const progress_token = progressTokenOf(params);
  const key = idempotencyKeyOf(params, headers);
  return { type: "request", request: { id, method, params, session_id, client: null, progress_token, input: null, ...key } };
}

/** A client's answer to what the server asked. */
function responseOf({ result, error }: Message): { result: McpObject | null; error: McpErrorObject | null } {
  if (error === undefined) return { result: objectOf(result), error: null };
  const { code, message, data } = objectOf(error);
  const number = typeof code === "number" ? code : MCP_ERROR.internal;
  return { result: null, error: { code: number, message: String(message), ...(data === undefined ? {} : { data }) } };
}
