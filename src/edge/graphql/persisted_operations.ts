import { callOrganization } from "../../actors/call.ts";
import { OperationError } from "../../domain/errors.ts";
import { BoundedCache } from "../../protocols/bounded_cache.ts";
import { nextMinuteInS, PerMinute } from "../per_minute.ts";
import { reachActor } from "../reach_actor.ts";

/** Texts of operations that this isolate remembers, of all organizations. */
export const REMEMBERED_OPERATIONS_MAX = 10_000;
export const REMEMBERED_OPERATIONS_BYTES = 16_777_216;
/** What an organization registers or removes is known everywhere after so long. */
const FRESH_MS = 60_000;
/** Hashes that one caller has looked up in a minute: anybody can make them up, before it is known whether their credential is valid, and nothing is charged for it. */
export const LOOK_UPS_MAX = 200;

interface Remembered {
  /** Null: the organization has none with this hash. */
  query: string | null;
  until_ms: number;
}

const remembered = new BoundedCache<Remembered>(REMEMBERED_OPERATIONS_MAX, REMEMBERED_OPERATIONS_BYTES);
const look_ups = new PerMinute(LOOK_UPS_MAX);

/** Who asks for an operation, and the organization's actor that it is asked of. */
export interface Asker {
  actor: string;
  /** Null for the operator, whose look-ups are not counted. */
  caller: string | null;
}

/** The text of an operation that a client of this organization sent with its hash, or that the organization registered. No other organization's is ever found. */
export async function findOperation(env: Env, { actor, caller }: Asker, sha256: string, request_id: string): Promise<string | null> {
  const now = Date.now();
  const known = remembered.get(keyOf(actor, sha256));
  if (known && known.until_ms > now) return known.query;
  if (caller !== null && !look_ups.take(`${actor} ${caller}`, now)) {
    // Late is better than not at all.
    if (known) return known.query;
    throw tooManyLookUps(now);
  }
  const ask = async (): Promise<{ query: string | null }> => ({ query: await callOrganization(env, actor, "findPersistedOperation", { sha256 }) });
  const answer = await reachActor(ask, true, request_id);
  if ("unreachable" in answer) throw new OperationError(answer.unreachable.code, answer.unreachable.message, answer.unreachable.details);
  remember(actor, sha256, { query: answer.query, until_ms: now + FRESH_MS });
  return answer.query;
}

/** Keeps a text whose hash was checked. */
export function rememberOperation(actor: string, sha256: string, query: string): void {
  remember(actor, sha256, { query, until_ms: Infinity });
}

function remember(actor: string, sha256: string, entry: Remembered): void {
  const key = keyOf(actor, sha256);
  remembered.set(key, entry, (key.length + (entry.query?.length ?? 0)) * 2);
}

function keyOf(actor: string, sha256: string): string {
  return `${actor} ${sha256}`;
}

function tooManyLookUps(now: number): OperationError {
  const retry_after_s = nextMinuteInS(now);
  const message = `More than ${LOOK_UPS_MAX} operations were named by unknown hashes in a minute; retry in ${retry_after_s} seconds, or send the text`;
  return new OperationError("RATE_LIMITED", message, { retry_after_s, limit: LOOK_UPS_MAX });
}
