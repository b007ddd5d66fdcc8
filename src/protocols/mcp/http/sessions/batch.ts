import type { Failure } from "../../../../domain/errors.ts";
import { toMcpError } from "../../../../domain/mcp/failure.ts";
import { MCP_ERROR, type McpObject, type McpRequestId } from "../../../../domain/mcp/message.ts";
import { limitHeaders } from "../../../rate_limit_headers.ts";
import type { McpBindings } from "../../bindings.ts";
import { accepted, errorMessage, failureResponse, messageResponse } from "../respond.ts";
import { answerMessage, type Answered } from "./answer_message.ts";
import type { NamedSession } from "./session_header.ts";
import { finishedStream } from "./stream.ts";

const BATCH_MAX = 20;
/** The one revision that has them. */
const VERSION = "2025-03-26";

/** Answers the messages of a batch one after the other. A refusal of the first refuses all; of a later one, it is that one's error, since what came before is done. */
export async function answerBatch(messages: readonly unknown[], session: NamedSession, bindings: McpBindings, headers: Headers): Promise<Response> {
  const refusal = refuseBatch(messages, session);
  if (refusal) {
    bindings.noteFree(null);
    return failureResponse(refusal);
  }
  const said: McpObject[] = [];
  let answered: Answered | null = null;
  for (const message of messages as { id?: McpRequestId }[]) {
    const is_first = answered === null;
    answered = await answerMessage(message, session, bindings, headers);
    if (answered.kind === "messages") said.push(...answered.messages);
    if (answered.kind === "stream") said.push(await takeBack(message.id!, answered.call_id, session, bindings));
    if (answered.kind !== "refused") continue;
    if (is_first) return failureResponse(answered.failure, null, answered.answer ? limitHeaders(answered.answer) : new Headers());
    if (answered.id !== null) said.push(errorMessage(answered.id, toMcpError(answered.failure)));
  }
  const limits = answered?.answer ? limitHeaders(answered.answer) : new Headers();
  if (said.length === 0) return accepted(limits);
  return said.some(({ method }) => method !== undefined) ? finishedStream(said, limits) : messageResponse(said, limits);
}

function refuseBatch(messages: readonly unknown[], { version }: NamedSession): Failure | null {
  const expected = `one message, or in revision ${VERSION} a batch of at most ${BATCH_MAX}`;
  const refused = (message: string): Failure => ({ code: "VALIDATION_ERROR", message, details: { field: "", expected } });
  if (version !== VERSION) return refused(`Revision ${version} of the protocol has no batches; send each message by itself`);
  if (messages.length > BATCH_MAX) return refused(`A batch has at most ${BATCH_MAX} messages`);
  const opens = messages.some((message) => (message as { method?: unknown }).method === "initialize");
  return opens ? refused("initialize cannot be part of a batch") : null;
}

/** A call that goes on needs a stream of its own. */
async function takeBack(id: McpRequestId, call_id: string, session: NamedSession, bindings: McpBindings): Promise<McpObject> {
  await bindings.send({ type: "abandon", session_id: session.id, call_id });
  return errorMessage(id, { code: MCP_ERROR.server, message: "This goes on for a while; send it by itself, not in a batch" });
}
