import type { Failure } from "../../domain/errors.ts";
import type { Credential } from "../../domain/principal.ts";
import { callerOf } from "../graphql/refused_documents.ts";
import { nextMinuteInS, PerMinute } from "../per_minute.ts";

/** Messages of one credential that nothing was charged for, in a minute: the protocol's own, and those that were refused. */
export const FREE_MESSAGES_MAX = 1_200;

const free = new PerMinute(FREE_MESSAGES_MAX);

/** Counts one. The operator's are not counted. */
export function noteFreeMessage(credential: Credential): void {
  const caller = callerOf(credential);
  if (caller !== null) free.take(caller, Date.now());
}

/** Why nothing more is taken from this caller in this minute; null while there is no reason. */
export function refuseFreeMessages(credential: Credential): Failure | null {
  const now = Date.now();
  const caller = callerOf(credential);
  if (caller === null || !free.isUsedUp(caller, now)) return null;
  const retry_after_s = nextMinuteInS(now);
  const message = `More than ${FREE_MESSAGES_MAX} messages in a minute cost nothing; retry in ${retry_after_s} seconds`;
  return { code: "RATE_LIMITED", message, details: { retry_after_s, limit: FREE_MESSAGES_MAX } };
}
