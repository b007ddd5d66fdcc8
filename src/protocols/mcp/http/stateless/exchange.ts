import type { ServerContext } from "@modelcontextprotocol/server";
import { OperationError, type Failure } from "../../../../domain/errors.ts";
import { resultOf } from "../../../../domain/mcp/answer_text.ts";
import type { McpAnswer, McpClient, McpInput } from "../../../../domain/mcp/command.ts";
import { MCP_ERROR, McpError, type McpErrorObject, type McpObject, type McpRequestId } from "../../../../domain/mcp/message.ts";
import type { McpBindings } from "../../bindings.ts";
import { followCall } from "../follow_call.ts";
import { unexpected } from "../respond.ts";
import { closeQuietly } from "../../../event_stream.ts";
import { readFrames } from "../frames.ts";
import { judge, type Judged } from "../judge.ts";
import { objectOf } from "../../objects.ts";
import { idempotencyKeyOf, progressTokenOf } from "../request_fields.ts";

export const STATELESS_META = "io.modelcontextprotocol/";

/** One request of the stateless revision on its way to the organization, as a handler of the library sees it. */
export class StatelessExchange {
  /** Why the request gets no JSON-RPC answer but one of HTTP's; the library's own is then thrown away. */
  refused: Failure | null = null;
  /** What the organization said; null while it was not asked. */
  answer: McpAnswer | null = null;
  private judged: Judged | null = null;

  constructor(
    private readonly headers: Headers,
    private readonly bindings: McpBindings,
  ) {}

  /** Asks the organization. */
  async ask(id: McpRequestId, method: string, params: McpObject, envelope: McpObject, input: McpInput | null): Promise<Judged> {
    const client = clientOf(envelope);
    const progress_token = progressTokenOf(params);
    const request = { id, method, params, session_id: null, client, progress_token, input, ...this.idempotencyKeyOf(params) };
    this.answer = await this.bindings.send({ type: "request", request });
    this.judged = judge(this.answer, method, this.bindings);
    return this.judged;
  }

  /** Sends a request on, unless it was; its result, or McpError for a JSON-RPC error. */
  async forward(method: string, params: McpObject, context: ServerContext): Promise<McpObject> {
    const { id, envelope } = context.mcpReq;
    const judged = this.judged ?? (await this.ask(id, method, params, objectOf(envelope), inputOf(context)));
    if ("refused" in judged) return this.refuse(judged.refused);
    const { reply } = judged;
    if (reply.kind === "error") throw errorOf(reply.error);
    if (reply.kind === "input_required") return { resultType: "input_required", inputRequests: reply.requests, requestState: reply.state };
    if (reply.kind === "stream") return this.follow(reply.call_id, context);
    if (reply.kind !== "result") throw errorOf(unexpected(reply));
    for (const notification of reply.notifications) await context.mcpReq.notify(notification as never);
    return resultOf(reply);
  }

  /** Ends the request with a refusal. */
  refuse(failure: Failure): never {
    this.refused = failure;
    throw new McpError(MCP_ERROR.server, failure.message);
  }

  /** Tells what a call says until its result. Whoever leaves before that no longer wants it: the socket's end cancels it. */
  private async follow(call_id: string, { mcpReq: { signal, notify } }: ServerContext): Promise<McpObject> {
    const socket = await followCall(this.bindings, call_id, null);
    if ("failure" in socket) return this.refuse(socket.failure);
    return new Promise<McpObject>((resolve, reject) => {
      const leave = (): void => closeQuietly(socket);
      signal.addEventListener("abort", leave);
      readFrames(
        socket,
        (frame) => {
          if (frame.type !== "message") return;
          const { method, params, result, error } = frame.message;
          if (typeof method === "string") void notify({ method, params } as never).catch(() => undefined);
          else if (error !== undefined) reject(errorOf(error as McpErrorObject));
          else resolve(objectOf(result));
        },
        () => {
          signal.removeEventListener("abort", leave);
          reject(
            new McpError(MCP_ERROR.internal, "The call was interrupted; look whether it took effect before you ask again", { code: "UNAVAILABLE" }),
          );
        },
      );
      if (signal.aborted) leave();
    });
  }

  private idempotencyKeyOf(params: McpObject): { idempotency_key?: string } {
    try {
      return idempotencyKeyOf(params, this.headers);
    } catch (error) {
      if (error instanceof OperationError) return this.refuse(error.toFailure());
      throw error;
    }
  }
}

function clientOf(envelope: McpObject): McpClient {
  return {
    protocol_version: String(envelope[`${STATELESS_META}protocolVersion`]),
    info: objectOf(envelope[`${STATELESS_META}clientInfo`]),
    capabilities: objectOf(envelope[`${STATELESS_META}clientCapabilities`]),
  };
}

/** Throws McpError for a state that cannot be one of ours. */
function inputOf({ mcpReq: { inputResponses, requestState } }: ServerContext): McpInput | null {
  const state = requestState<unknown>() ?? null;
  if (state !== null && typeof state !== "string") throw new McpError(MCP_ERROR.invalid_params, "requestState must be a text");
  return inputResponses === undefined && state === null ? null : { responses: { ...inputResponses }, state };
}

function errorOf({ code, message, data }: McpErrorObject): McpError {
  return new McpError(code, message, data);
}
