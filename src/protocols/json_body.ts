import { OperationError, invalid } from "../domain/errors.ts";
import { readBounded } from "./bounded_body.ts";
import { isNestedTooDeeply, JSON_DEPTH_MAX } from "./json_depth.ts";

export const BODY_MAX_BYTES = 1_048_576;

/**
 * Reads a JSON body of at most 1 MiB; undefined where it is absent or blank. `plain_text` also takes text/plain, which is all that navigator.sendBeacon can send across
 * origins without a preflight.
 */
export async function readJson(request: Request, plain_text: boolean): Promise<unknown> {
  const type = (request.headers.get("Content-Type") ?? "").split(";")[0]!.trim().toLowerCase();
  const json = type === "application/json" || (type.startsWith("application/") && type.endsWith("+json"));
  if (!json && !(plain_text && type === "text/plain")) {
    throw new OperationError("UNSUPPORTED_MEDIA_TYPE", "Send the body as Content-Type: application/json", {
      content_type: type || null,
      expected: "application/json",
    });
  }
  const text = await readText(request);
  if (text.trim() === "") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid("", "JSON", `The body is not valid JSON: ${(error as Error).message}`);
  }
  if (typeof value === "object" && value !== null && isNestedTooDeeply(value))
    throw invalid("", `at most ${JSON_DEPTH_MAX} levels of nesting`, "The body is nested too deeply");
  return value;
}

async function readText(request: Request): Promise<string> {
  const declared = Number(request.headers.get("Content-Length") ?? 0);
  if (declared > BODY_MAX_BYTES) throw tooLarge();
  // A declared length is enforced by the HTTP layer; only a chunked body needs counting.
  if (request.headers.has("Content-Length")) return request.text();
  const text = await readBounded(request.body, BODY_MAX_BYTES);
  if (text === null) throw tooLarge();
  return text;
}

function tooLarge(): OperationError {
  return new OperationError("PAYLOAD_TOO_LARGE", "The body is larger than 1 MiB; split it", { limit_bytes: BODY_MAX_BYTES });
}
