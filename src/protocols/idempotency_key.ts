import { invalid } from "../domain/errors.ts";

/** An idempotency key, from the header or wherever else the client names it: 1 to 255 visible ASCII characters. */
export function readIdempotencyKey(text: string | null, field = "Idempotency-Key"): string | undefined {
  if (text === null) return undefined;
  if (!/^[\x21-\x7e]{1,255}$/.test(text)) throw invalid(field, "1 to 255 visible ASCII characters");
  return text;
}
