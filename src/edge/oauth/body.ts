import { OAuthError } from "../../domain/oauth/errors.ts";
import { Parameters } from "../../domain/oauth/parameters.ts";
import { readBounded } from "../../protocols/bounded_body.ts";

const BODY_MAX_BYTES = 32_768;

/** Parameters of a form body (RFC 6749, section 3.2). */
export async function readFormBody(request: Request): Promise<Parameters> {
  return new Parameters(await readForm(request, BODY_MAX_BYTES));
}

/** A form body. What belongs there is refused in the URL, where logs would keep it. */
export async function readForm(request: Request, bytes_max: number): Promise<URLSearchParams> {
  const type = (request.headers.get("Content-Type") ?? "").split(";")[0]!.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded")
    throw new OAuthError("invalid_request", "Send the parameters as Content-Type: application/x-www-form-urlencoded");
  if (request.url.includes("?")) throw new OAuthError("invalid_request", "Send parameters and secrets in the body, never in the URL");
  return new URLSearchParams(await readText(request, bytes_max));
}

/** A body's text, at most so many bytes. */
export async function readText(request: Request, bytes_max: number): Promise<string> {
  // A declared length is enforced by the HTTP layer; only a chunked body needs counting.
  if (Number(request.headers.get("Content-Length") ?? Infinity) <= bytes_max) return new TextDecoder().decode(await request.arrayBuffer());
  const text = await readBounded(request.body, bytes_max);
  if (text === null) throw new OAuthError("invalid_request", `The body is larger than ${bytes_max} bytes`);
  return text;
}
