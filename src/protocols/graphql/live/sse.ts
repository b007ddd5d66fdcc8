import { GraphQLError } from "graphql";
import { invalid, OperationError, type ErrorDetails } from "../../../domain/errors.ts";
import type { GraphqlBindings } from "../bindings.ts";
import { preferredType } from "../http/accept.ts";
import { thrownError } from "../http/errors.ts";
import { failureResponse } from "../http/failure_response.ts";
import { readOperations } from "../http/read_request.ts";
import { readParams } from "../params.ts";
import { errorsJson } from "./errors.ts";
import { finishedStream, subscriptionStream } from "./event_stream.ts";
import { prepareOperation, type LiveOptions } from "./prepare_operation.ts";

/** Whether the client wants its answer as server-sent events. */
export function wantsEventStream(request: Request): boolean {
  return (request.method === "GET" || request.method === "POST") && preferredType(request.headers.get("Accept")) === "text/event-stream";
}

/**
 * Answers one operation as GraphQL over SSE, each on its own connection. What keeps a request from being one is an HTTP error; what is wrong with its document comes as an answer, since
 * clients take any other status for a failing network and come back.
 */
export async function handleSse(request: Request, bindings: GraphqlBindings, options: LiveOptions): Promise<Response> {
  try {
    return await answer(request, bindings, options);
  } catch (error) {
    if (error instanceof OperationError) return failureResponse(request, error.toFailure());
    throw thrownError(error, options.request_id);
  }
}

async function answer(request: Request, bindings: GraphqlBindings, options: LiveOptions): Promise<Response> {
  const params = await readOperations(request);
  if (Array.isArray(params)) throw invalid("", "one operation as a JSON object", "A batch cannot be answered as server-sent events");
  const read = readParams(params);
  if (read instanceof GraphQLError) throw new OperationError("VALIDATION_ERROR", read.message, read.extensions.details as ErrorDetails);
  const document = await prepareOperation(params, bindings, options);
  if (!("kind" in document)) return finishedStream(`{"errors":${errorsJson(document)}}`);
  if (document.kind === "subscription") {
    const stream = await subscriptionStream(document, request.headers.get("Last-Event-ID"), () => bindings.openLive());
    return "failure" in stream ? failureResponse(request, stream.failure) : stream;
  }
  if (document.kind === "mutation" && request.method === "GET") {
    const response = failureResponse(request, { code: "METHOD_NOT_ALLOWED", message: "A mutation is sent by POST", details: { allowed: ["POST"] } });
    response.headers.set("Allow", "POST");
    return response;
  }
  const { failure, results } = await bindings.execute([document]);
  return failure ? failureResponse(request, failure) : finishedStream(results[0]!);
}
