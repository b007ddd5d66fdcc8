import type { McpObject, McpRequestId } from "../../../domain/mcp/message.ts";
import { readIdempotencyKey } from "../../idempotency_key.ts";
import { objectOf } from "../objects.ts";

/** Where a request's idempotency key is, for clients that set no headers of their own. */
const IDEMPOTENCY_KEY = "crow/idempotency_key";

/** Where a client wants to be told of progress; null: nowhere. */
export function progressTokenOf(params: McpObject): McpRequestId | null {
  const { progressToken } = objectOf(params._meta);
  return typeof progressToken === "string" || typeof progressToken === "number" ? progressToken : null;
}

export function hasIdempotencyKey(params: McpObject, headers: Headers): boolean {
  return headers.has("Idempotency-Key") || objectOf(params._meta)[IDEMPOTENCY_KEY] !== undefined;
}

/** The request's own key, or the header's, which stands for all of an HTTP request. Throws OperationError for one that is none. */
export function idempotencyKeyOf(params: McpObject, headers: Headers): { idempotency_key?: string } {
  const own = objectOf(params._meta)[IDEMPOTENCY_KEY];
  const field = own === undefined ? "Idempotency-Key" : `_meta.${IDEMPOTENCY_KEY}`;
  const text = own === undefined ? headers.get("Idempotency-Key") : String(own);
  const idempotency_key = readIdempotencyKey(text, field);
  return idempotency_key === undefined ? {} : { idempotency_key };
}
