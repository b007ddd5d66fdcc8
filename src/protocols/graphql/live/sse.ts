import { GraphQLError } from "graphql";
import { invalid, type ErrorCode, type ErrorDetails, type Failure } from "../../../domain/errors.ts";
import type { GraphqlBindings } from "../bindings.ts";
import { preferredType } from "../http/accept.ts";
import { thrownError } from "../http/errors.ts";
import { readOperations } from "../http/read_request.ts";
import { readParams } from "../params.ts";
import { prepareNamed } from "../prepare_named.ts";
import type { LiveOptions } from "./client_connection.ts";
import { refuseLength } from "./document_length.ts";
import { errorsJson, failureErrors } from "./errors.ts";
import { finishedStream, subscriptionStream } from "./event_stream.ts";

/** Whether the client wants its answer as server-sent events. */
export function wantsEventStream(request: Request): boolean {
  return (request.method === "GET" || request.method === "POST") && preferredType(request.headers.get("Accept")) === "text/event-stream";
}

/**
 * Answers one operation as GraphQL over SSE, each on its own connection. What keeps a request from being one is answered by `fail` as HTTP; what is wrong with its document comes as an
 * answer, since clients take any other status for a failing network and come back.
 */
export async function handleSse(
  request: Request,
  bindings: GraphqlBindings,
  options: LiveOptions,
  fail: (failure: Failure) => Response,
): Promise<Response> {
  const answered = await answer(request, bindings, options).catch((error: unknown): { failure: Failure } => {
    const { message, extensions } = thrownError(error, options.request_id);
    return { failure: { code: extensions.code as ErrorCode, message, details: extensions.details as ErrorDetails } };
  });
  if (answered instanceof Response) return answered;
  const response = fail(answered.failure);
  if (answered.failure.code === "METHOD_NOT_ALLOWED") response.headers.set("Allow", "POST");
  return response;
}

async function answer(request: Request, bindings: GraphqlBindings, options: LiveOptions): Promise<Response | { failure: Failure }> {
  const params = await readOperations(request);
  if (Array.isArray(params)) throw invalid("", "one operation as a JSON object", "A batch cannot be answered as server-sent events");
  const read = readParams(params);
  if (read instanceof GraphQLError) throw read;
  const refused = bindings.refusal();
  if (refused?.failure) return { failure: refused.failure };
  const prepared = await prepareNamed(params, bindings, options);
  if (!prepared.ok) return finishedStream(`{"errors":${errorsJson(prepared.errors)}}`);
  const { document } = prepared;
  if (document.kind === "subscription") {
    const failure = refuseLength(document);
    if (failure) return finishedStream(`{"errors":${failureErrors(failure)}}`);
    return subscriptionStream(document, request.headers.get("Last-Event-ID"), (again) => bindings.openLive(again));
  }
  if (document.kind === "mutation" && request.method === "GET")
    return { failure: { code: "METHOD_NOT_ALLOWED", message: "A mutation is sent by POST", details: { allowed: ["POST"] } } };
  const { failure, results } = await bindings.execute([document]);
  return failure ? { failure } : finishedStream(results[0]!);
}
