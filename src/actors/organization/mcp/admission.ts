import { OperationError, type Failure } from "../../../domain/errors.ts";
import { MCP_SUBSCRIPTIONS_MAX, parseEventId, type McpFollow } from "../../../domain/mcp/stream.ts";
import type { CallStore } from "./call_store.ts";
import type { Followers } from "./followers.ts";
import { isOpen } from "./kept_call.ts";
import type { SessionStore } from "./session_store.ts";

const SOCKETS_MAX = 1_000;
const OWNER_SOCKETS_MAX = 500;
/** Characters in an opening as it comes in its header: it is kept with the socket, where there is room for 16 KB in all. */
const OPENING_LENGTH_MAX = 8_192;

/** Decides whether a stream may be opened. */
export class Admission {
  constructor(
    private readonly followers: Followers,
    private readonly sessions: SessionStore,
    private readonly calls: CallStore,
  ) {}

  /** Why it may not; null where it may. */
  refusal(follow: McpFollow, opening_text: string, owner: string, now: number): Failure | null {
    if (opening_text.length > OPENING_LENGTH_MAX) return tooMuch("characters in what is followed", OPENING_LENGTH_MAX);
    if (this.followers.all.size >= SOCKETS_MAX) return full("The organization", SOCKETS_MAX);
    if (this.followers.countOf(owner) >= OWNER_SOCKETS_MAX) return full("This credential", OWNER_SOCKETS_MAX);
    if (follow.kind === "listen") return follow.uris.length > MCP_SUBSCRIPTIONS_MAX ? tooMuch("resources", MCP_SUBSCRIPTIONS_MAX) : null;
    const gone = follow.session_id === null ? null : this.refuseSession(follow.session_id, owner, now);
    if (gone) return gone;
    return follow.kind === "call" ? this.refuseCall(follow, owner) : refusePlace(follow.after);
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
    if (!call || call.is_task || call.owner !== owner || call.asked.request.session_id !== session_id)
      return { code: "NOT_FOUND", message: "No such call: it never was, or what it said is no longer kept", details: { resource: "call" } };
    if (isOpen(call) || after < this.calls.countSaid(call_id)) return null;
    return { code: "GONE", message: "The call is over, and all that it said was told", details: { resource: "call" } };
  }
}

function refusePlace(after: string | null): Failure | null {
  if (after === null || parseEventId(after)?.kind === "session") return null;
  return {
    code: "VALIDATION_ERROR",
    message: "Last-Event-ID is no event of this stream",
    details: { field: "Last-Event-ID", expected: "the id of an event of this stream" },
  };
}

function full(whose: string, limit: number): Failure {
  return { code: "UNAVAILABLE", message: `${whose} has ${limit} open streams, the most it can; close some`, details: { limit } };
}

function tooMuch(of_what: string, limit: number): Failure {
  return { code: "VALIDATION_ERROR", message: `At most ${limit} ${of_what}`, details: { limit } };
}
