import { callOrganization } from "../../actors/call.ts";
import { BoundedMap } from "../../domain/bounded_map.ts";
import { OperationError } from "../../domain/errors.ts";
import { BoundedCache } from "../../protocols/bounded_cache.ts";
import { reachActor } from "../reach_actor.ts";

/** Texts of operations that this isolate remembers, of all organizations. */
export const REMEMBERED_OPERATIONS_MAX = 10_000;
export const REMEMBERED_OPERATIONS_BYTES = 16_777_216;
/** What an organization registers or removes is known everywhere after so long. */
const FRESH_MS = 60_000;
/** Hashes that an organization is asked for in a minute: whoever has a key can make them up, and nothing is charged for it. */
export const LOOK_UPS_MAX = 200;
const COUNTED_ORGANIZATIONS_MAX = 10_000;

interface Remembered {
  /** Null: the organization has none with this hash. */
  query: string | null;
  until_ms: number;
}

const remembered = new BoundedCache<Remembered>(REMEMBERED_OPERATIONS_MAX, REMEMBERED_OPERATIONS_BYTES);
const look_ups = new BoundedMap<string, { minute: number; count: number }>(COUNTED_ORGANIZATIONS_MAX);

/** The text of an operation that a client of this organization sent with its hash, or that the organization registered. No other organization's is ever found. */
export async function findOperation(env: Env, actor: string, sha256: string, request_id: string): Promise<string | null> {
  const now = Date.now();
  const known = remembered.get(keyOf(actor, sha256));
  if (known && known.until_ms > now) return known.query;
  if (!mayAsk(actor, now)) return null;
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

function mayAsk(actor: string, now: number): boolean {
  const minute = Math.floor(now / 60_000);
  const counted = look_ups.get(actor);
  const count = counted?.minute === minute ? counted.count + 1 : 1;
  look_ups.set(actor, { minute, count });
  return count <= LOOK_UPS_MAX;
}
