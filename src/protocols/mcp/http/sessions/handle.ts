import { MCP_ERROR, type McpRequestId } from "../../../../domain/mcp/message.ts";
import { parseEventId, type McpFollow } from "../../../../domain/mcp/stream.ts";
import { limitHeaders } from "../../../rate_limit_headers.ts";
import type { McpBindings } from "../../bindings.ts";
import { followCall } from "../follow_call.ts";
import { refuseAccept } from "../read_message.ts";
import { objectOf } from "../../objects.ts";
import { accepted, errorMessage, failureResponse, messageResponse, resultResponse } from "../respond.ts";
import { answerMessage, type Answered } from "./answer_message.ts";
import { answerBatch } from "./batch.ts";
import { initialize } from "./initialize.ts";
import { readSession, type NamedSession } from "./session_header.ts";
import { canBePrimed, finishedStream, LIFETIME_MS, sessionStream } from "./stream.ts";

interface SentMessage {
  id?: McpRequestId;
  method?: string;
  params?: unknown;
}

/** Answers what a client of a revision with sessions posts: one message, or a batch of them. It is valid JSON-RPC. */
export async function handleSessionPost(request: Request, body: unknown, bindings: McpBindings): Promise<Response> {
  const message = body as SentMessage | unknown[];
  if (!Array.isArray(message) && message.method === "initialize" && message.id !== undefined) {
    return initialize(message.id, objectOf(message.params), bindings);
  }
  const session = readSession(request);
  if ("failure" in session) {
    bindings.noteFree(Array.isArray(message) ? null : (message.method ?? null));
    return failureResponse(session.failure, Array.isArray(message) ? null : (message.id ?? null));
  }
  if (Array.isArray(message)) return answerBatch(message, session, bindings, request.headers);
  const answered = await answerMessage(message, session, bindings, request.headers);
  return respond(answered, session, bindings);
}

async function respond(answered: Answered, session: NamedSession, bindings: McpBindings): Promise<Response> {
  const headers = answered.answer ? limitHeaders(answered.answer) : new Headers();
  if (answered.kind === "refused") return failureResponse(answered.failure, answered.id, headers);
  if (answered.kind === "accepted") return accepted(headers);
  if (answered.kind === "result") return resultResponse(answered.id, answered.text, headers);
  if (answered.kind === "messages") {
    return answered.messages.length === 1 ? messageResponse(answered.messages[0]!, headers) : finishedStream(answered.messages, headers);
  }
  const { call_id } = answered;
  const socket = await followCall(bindings, call_id, session.id);
  if ("failure" in socket) return failureResponse(socket.failure, null, headers);
  const response = sessionStream(socket, { version: session.version, lifetime_ms: canBePrimed(session.version) ? LIFETIME_MS : null });
  for (const [name, value] of headers) response.headers.set(name, value);
  return response;
}

/** The session's own stream, or a call's that broke off (GET). */
export async function handleSessionGet(request: Request, bindings: McpBindings): Promise<Response> {
  bindings.noteFree("GET");
  const not_acceptable = refuseAccept(request, ["text/event-stream"]);
  if (not_acceptable) return failureResponse(not_acceptable);
  const session = readSession(request);
  if ("failure" in session) return failureResponse(session.failure);
  const last = request.headers.get("Last-Event-ID");
  const place = last === null ? null : parseEventId(last);
  if (last !== null && place === null) return unknownPlace();
  const follow: McpFollow =
    place?.kind === "call"
      ? { kind: "call", call_id: place.call_id, session_id: session.id, after: place.n }
      : { kind: "session", session_id: session.id, after: last };
  const socket = await bindings.follow(follow);
  if ("failure" in socket) {
    const { failure } = socket;
    // Only the session itself makes a client begin anew.
    if (failure.code === "NOT_FOUND" && failure.details.resource !== "session") return unknownPlace();
    // Everything was told: a client that hears this does not come again (WHATWG HTML, section 9.2.3).
    return failure.code === "GONE" ? new Response(null, { status: 204 }) : failureResponse(failure);
  }
  return sessionStream(socket, { version: session.version, lifetime_ms: LIFETIME_MS });
}

/** Ends a session (DELETE). */
export async function handleSessionDelete(request: Request, bindings: McpBindings): Promise<Response> {
  const session = readSession(request);
  if ("failure" in session) {
    bindings.noteFree("DELETE");
    return failureResponse(session.failure);
  }
  const { failure } = await bindings.send({ type: "end", session_id: session.id });
  return failure ? failureResponse(failure) : new Response(null, { status: 204 });
}

function unknownPlace(): Response {
  const message = "Last-Event-ID names no event of this session";
  return messageResponse(errorMessage(null, { code: MCP_ERROR.invalid_request, message }), new Headers(), 400);
}
