import type { Failure } from "../../domain/errors.ts";
import type { Credential } from "../../domain/principal.ts";
import { callerOf } from "../caller.ts";
import { nextMinuteInS, PerMinute } from "../per_minute.ts";

/** Messages of one credential that nothing is charged for, in a minute: the protocol's own, and those that are refused. */
export const FREE_MESSAGES_MAX = 1_200;

const free = new PerMinute(FREE_MESSAGES_MAX);

/** Counts the messages of one HTTP request before anything is done for them: what is charged for is given back. The operator's are not counted. */
export class FreeMessages {
  private readonly caller: string | null;
  /** The request's first message was counted as it came in, and none was met yet. */
  private is_ahead = false;

  constructor(credential: Credential) {
    this.caller = callerOf(credential);
  }

  /** The request itself, whatever is in it. Why it is not taken; null where it is. */
  enter(): Failure | null {
    this.is_ahead = true;
    return this.take();
  }

  /** Each message in it. */
  next(): Failure | null {
    if (!this.is_ahead) return this.take();
    this.is_ahead = false;
    return null;
  }

  /** The message was paid for. */
  giveBack(): void {
    if (this.caller !== null) free.giveBack(this.caller, Date.now());
  }

  private take(): Failure | null {
    const now = Date.now();
    if (this.caller === null || free.take(this.caller, now)) return null;
    const retry_after_s = nextMinuteInS(now);
    const message = `More than ${FREE_MESSAGES_MAX} messages in a minute cost nothing; retry in ${retry_after_s} seconds`;
    return { code: "RATE_LIMITED", message, details: { retry_after_s, limit: FREE_MESSAGES_MAX } };
  }
}
