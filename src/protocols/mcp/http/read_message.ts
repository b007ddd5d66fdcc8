import { isJsonContentType } from "@modelcontextprotocol/server";
import { OperationError, type Failure } from "../../../domain/errors.ts";
import { MCP_ERROR, type McpErrorObject } from "../../../domain/mcp/message.ts";
import { readJson } from "../../json_body.ts";
import { errorMessage, failureResponse, messageResponse } from "./respond.ts";

/** Characters in what names a request or a method. */
const NAME_LENGTH_MAX = 256;

/** A POST's body as JSON, or the answer to one that is none. */
export async function readMessage(request: Request): Promise<{ body: unknown } | { response: Response }> {
  if (!isJsonContentType(request.headers.get("Content-Type"))) return { response: failureResponse(unsupportedType()) };
  try {
    const body = await readJson(request, false);
    if (body === undefined) return { response: malformed({ code: MCP_ERROR.parse, message: "The body is empty; send one JSON-RPC message" }) };
    const long = [body].flat().some(isNamedTooLong);
    if (long)
      return { response: malformed({ code: MCP_ERROR.invalid_request, message: `An id or method has at most ${NAME_LENGTH_MAX} characters` }) };
    return { body };
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    const failure = error.toFailure();
    // All that the schema of a body is, is JSON.
    const response = failure.code === "VALIDATION_ERROR" ? malformed({ code: MCP_ERROR.parse, message: failure.message }) : failureResponse(failure);
    return { response };
  }
}

function unsupportedType(): Failure {
  const expected = "application/json";
  return { code: "UNSUPPORTED_MEDIA_TYPE", message: `Send the body as Content-Type: ${expected}`, details: { expected } };
}

function malformed(error: McpErrorObject): Response {
  return messageResponse(errorMessage(null, error), new Headers(), 400);
}

function isNamedTooLong(message: unknown): boolean {
  if (typeof message !== "object" || message === null) return false;
  const { id, method } = message as { id?: unknown; method?: unknown };
  return [id, method].some((name) => typeof name === "string" && name.length > NAME_LENGTH_MAX);
}

/** Why a client that takes none of these, where it says what it takes, cannot be answered; null where it can. All of them are needed, since which one comes is not the client's to choose. */
export function refuseAccept(request: Request, needed: readonly string[]): Failure | null {
  const accept = request.headers.get("Accept");
  if (accept === null) return null;
  const taken = accept.split(",").map((range) => range.split(";")[0]!.trim().toLowerCase());
  const missing = needed.find((type) => !taken.some((range) => range === "*/*" || range === type || range === `${type.split("/")[0]}/*`));
  if (missing === undefined) return null;
  return {
    code: "NOT_ACCEPTABLE",
    message: `Send Accept: ${needed.join(", ")}`,
    details: { expected: needed.join(", ") },
  };
}
