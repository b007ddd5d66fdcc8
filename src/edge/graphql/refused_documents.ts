import { refusedDocuments, type DocumentResult } from "../../domain/documents.ts";
import type { Credential } from "../../domain/principal.ts";
import { knownRefusal } from "../actor_client.ts";
import { callerOf } from "../caller.ts";
import { nextMinuteInS, PerMinute } from "../per_minute.ts";

/** Documents of one caller that were refused before they ran, in a minute: judging them is work that nothing is charged for. */
export const REFUSED_DOCUMENTS_MAX = 120;

const refused = new PerMinute(REFUSED_DOCUMENTS_MAX);

export function noteRefusedDocument(credential: Credential): void {
  const caller = callerOf(credential);
  if (caller !== null) refused.take(caller, Date.now());
}

/** Why nothing runs that this caller asks for now, as far as the edge knows; null when it knows of no reason. */
export function refusalOf(credential: Credential): DocumentResult | null {
  const now = Date.now();
  const caller = callerOf(credential);
  if (caller === null || !refused.isUsedUp(caller, now)) return knownRefusal(credential, now);
  const retry_after_s = nextMinuteInS(now);
  const message = `More than ${REFUSED_DOCUMENTS_MAX} operations in a minute were invalid; retry in ${retry_after_s} seconds`;
  return { ...refusedDocuments({ code: "RATE_LIMITED", message, details: { retry_after_s, limit: REFUSED_DOCUMENTS_MAX } }), retry_after_s };
}
