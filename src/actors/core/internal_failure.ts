import { errorLine } from "../../domain/error_line.ts";
import type { Failure } from "../../domain/errors.ts";

/** What is our fault: logged with the request's id and told without detail. */
export function internalFailure({ request_id }: { request_id: string }, error: unknown): Failure {
  console.error(errorLine({ request_id }, error));
  return { code: "INTERNAL_ERROR", message: `Something failed on our side; report request ${request_id} if it persists`, details: {} };
}
