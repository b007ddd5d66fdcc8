import type { Document } from "../../../domain/documents.ts";
import type { Failure } from "../../../domain/errors.ts";
import { LIVE_DOCUMENT_LENGTH_MAX } from "../../../domain/live.ts";

/** Why a subscription is too long for the actor to keep; null when it is not. */
export function refuseLength({ query, variables }: Document): Failure | null {
  if (query.length + JSON.stringify(variables).length <= LIVE_DOCUMENT_LENGTH_MAX) return null;
  return {
    code: "PAYLOAD_TOO_LARGE",
    message: `The text and variables of a subscription have at most ${LIVE_DOCUMENT_LENGTH_MAX} characters`,
    details: { limit_characters: LIVE_DOCUMENT_LENGTH_MAX },
  };
}
