import { ERROR_CATALOGUE, type Failure } from "../../../domain/errors.ts";
import { preferredJsonType } from "./accept.ts";

/** A failure before GraphQL had anything to do, in GraphQL's form. */
export function failureResponse(request: Request, { code, message, details }: Failure): Response {
  const { status } = ERROR_CATALOGUE[code];
  const type = preferredJsonType(request.headers.get("Accept"));
  const headers = new Headers({ "Content-Type": `${type}; charset=utf-8` });
  return new Response(JSON.stringify({ errors: [{ message, extensions: { code, details } }] }), { status, headers });
}
