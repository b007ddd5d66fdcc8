import { OperationError, type Failure } from "../../../domain/errors.ts";
import { MCP_SUBSCRIPTIONS_MAX, parseEventId, type McpFollow } from "../../../domain/mcp/stream.ts";
import type { CallStore } from "./call_store.ts";
import type { Taken } from "./follower_index.ts";
import type { Followers } from "./followers.ts";
import { isOpen } from "./kept_call.ts";
import type { SessionStore } from "./session_store.ts";

/** Of the organization. Calls have places of their own: what has begun can be followed however many listen. */
const MAX: Taken = { streams: 9_000, calls: 1_000, uris: 20_000 };
/** Of one credential; how many calls it may have go on bounds their streams too. */
const OWNER_MAX: Taken = { streams: 200, calls: Infinity, uris: 2_000 };

const NAMES: Record<keyof Taken, string> = { streams: "open streams", calls: "open streams of calls", uris: "resources that open streams follow" };

/** Decides whether a stream may be opened, and how much it may follow. */
export class Admission {
  constructor(
    private readonly followers: Followers,
    private readonly sessions: SessionStore,
    private readonly calls: CallStore,
    private readonly urisOf: (session_id: string) => readonly string[],
  ) {}

  /** Why it may not; null where it may. One that takes the place of another needs none. */
  refusal(follow: McpFollow, owner: string, now: number): Failure | null {
    if (follow.kind === "listen")
      return follow.uris.length > MCP_SUBSCRIPTIONS_MAX ? tooMany(MCP_SUBSCRIPTIONS_MAX) : this.full(owner, "streams", 1, follow.uris.length);
    const gone = follow.session_id === null ? null : this.refuseSession(follow.session_id, owner, now);
    if (gone) return gone;
    if (follow.kind === "call")
      return this.refuseCall(follow, owner) ?? (this.followers.ofCall(follow.call_id) ? null : this.full(owner, "calls", 1, 0));
    if (!isPlace(follow.after)) return noPlace();
    return this.followers.ofSession(follow.session_id) ? null : this.full(owner, "streams", 1, this.urisOf(follow.session_id).length);
  }

  /** Why a call that goes on could not be followed. */
  refuseCalls(owner: string): Failure | null {
    return this.full(owner, "calls", 1, 0);
  }

  /** Why a session may not follow one more resource: its stream would be told too much. */
  refuseUri(session_id: string): Failure | null {
    const follower = this.followers.ofSession(session_id);
    return follower && this.full(follower.state.owner, "streams", 0, 1);
  }

  private full(owner: string, kind: "streams" | "calls", sockets: number, uris: number): Failure | null {
    const [all, own] = [this.followers.taken(), this.followers.takenBy(owner)];
    if (own[kind] + sockets > OWNER_MAX[kind]) return full("This credential", kind, OWNER_MAX);
    if (all[kind] + sockets > MAX[kind]) return full("The organization", kind, MAX);
    if (uris === 0) return null;
    if (own.uris + uris > OWNER_MAX.uris) return full("This credential", "uris", OWNER_MAX);
    return all.uris + uris > MAX.uris ? full("The organization", "uris", MAX) : null;
  }

  private refuseSession(session_id: string, owner: string, now: number): Failure | null {
    try {
      this.sessions.require(session_id, owner, now);
      return null;
    } catch (error) {
      if (error instanceof OperationError) return error.toFailure();
      throw error;
    }
  }

  private refuseCall({ call_id, session_id, after }: Extract<McpFollow, { kind: "call" }>, owner: string): Failure | null {
    const call = this.calls.find(call_id);
    if (!call || call.is_task || call.owner !== owner || call.session_id !== session_id)
      return { code: "NOT_FOUND", message: "No such call: it never was, or what it said is no longer kept", details: { resource: "call" } };
    if (isOpen(call) || after < this.calls.countSaid(call_id)) return null;
    return { code: "GONE", message: "The call is over, and all that it said was told", details: { resource: "call" } };
  }
}

function isPlace(after: string | null): boolean {
  return after === null || parseEventId(after)?.kind === "session";
}

function noPlace(): Failure {
  return {
    code: "VALIDATION_ERROR",
    message: "Last-Event-ID is no event of this stream",
    details: { field: "Last-Event-ID", expected: "the id of an event of this stream" },
  };
}

function full(whose: string, what: keyof Taken, { [what]: limit }: Taken): Failure {
  return { code: "UNAVAILABLE", message: `${whose} has ${limit} ${NAMES[what]}, the most it can; close some`, details: { limit } };
}

function tooMany(limit: number): Failure {
  return { code: "VALIDATION_ERROR", message: `At most ${limit} resources`, details: { limit } };
}
