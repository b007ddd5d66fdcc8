import { CONSENT_MS } from "../../../domain/mcp/consent.ts";
import { DAY_MS, MINUTE_MS } from "../../../domain/time.ts";
import type { KeptCall } from "./kept_call.ts";

/** How long a client may take to answer. */
export const ASKING_MS = CONSENT_MS;
/** How long work may take while a client waits for it, and what is over can be read; of a task, both. */
export const WAITING_MS = 15 * MINUTE_MS;
const KEPT_MS = 10 * MINUTE_MS;
const TASK_WAITING_MS = DAY_MS;
const TASK_KEPT_MS = 60 * MINUTE_MS;
/** Work is looked at that no event told of, ever more seldom: only a crash between an event and what it means to a call leaves such. */
const LOOK_MIN_MS = 30_000;
const LOOK_MAX_MS = 15 * MINUTE_MS;

export function waitingMs({ is_task }: Pick<KeptCall, "is_task">): number {
  return is_task ? TASK_WAITING_MS : WAITING_MS;
}

export function keptMs({ is_task }: Pick<KeptCall, "is_task">): number {
  return is_task ? TASK_KEPT_MS : KEPT_MS;
}

/** When a call that waits is looked at again, at the latest when its time is over: each time twice as long after it began. */
export function nextLookAt(call: Pick<KeptCall, "is_task" | "expires_at">, now: number): number {
  const waited_ms = now - (call.expires_at - waitingMs(call));
  return Math.min(call.expires_at, now + Math.min(LOOK_MAX_MS, Math.max(LOOK_MIN_MS, waited_ms)));
}
