import type { Connection } from "partyserver";
import { errorLine } from "../../../domain/error_line.ts";
import type { Failure } from "../../../domain/errors.ts";
import { latestSequence } from "../../../domain/events/log.ts";
import { LIVE_CLOSE, type Closing } from "../../../domain/live.ts";
import type { McpExecutor } from "../../../domain/mcp/executor.ts";
import { callEventId, MCP_CLOSE } from "../../../domain/mcp/stream.ts";
import type { LoggedEvent } from "../../core/journal.ts";
import { askAboutReaders } from "../ask_about_readers.ts";
import { believedUntil, type AskLiveActor, type Said } from "../live/said.ts";
import { closingFor, SocketJudge } from "../socket_judge.ts";
import type { OrganizationState } from "../state.ts";
import { outOfScope } from "./call_access.ts";
import type { CallStore } from "./call_store.ts";
import { gatherChanges } from "./changes.ts";
import type { Follower, McpConnection } from "./follower.ts";
import { Followers } from "./followers.ts";
import { isOpen } from "./kept_call.ts";
import { LogCatchUps } from "./log_catch_ups.ts";
import type { SubscriptionStore } from "./subscription_store.ts";

/** Changes that are told in one turn, and how long others then have their turn. */
const TOLD_IN_A_TURN = 200;
const TURN_PAUSE_MS = 10;

/** A call whose follower may not stay. */
type CallRefused = (call_id: string, closing: Closing) => void;

/**
 * The clients' open streams, each a hibernating socket from the edge. What they are told is in the event log or in the rows of calls before it is told, so a wake-up finds it; one timer runs
 * while something is to be told later, and none else.
 */
export class McpStreams {
  readonly followers: Followers;
  /** Those that something is to be told, and when it is due. */
  private readonly waiting = new Map<Follower, number>();
  private readonly catch_ups: LogCatchUps;
  private timer: { handle: ReturnType<typeof setTimeout>; at_ms: number } | null = null;
  private asking = false;

  constructor(
    private readonly state: OrganizationState,
    private readonly executor: McpExecutor,
    private readonly calls: CallStore,
    subscriptions: SubscriptionStore,
    connections: () => Iterable<McpConnection>,
    private readonly askLiveActor: AskLiveActor,
    private readonly callRefused: CallRefused,
  ) {
    this.followers = new Followers(new SocketJudge(state), executor, subscriptions, connections, {
      restored: (follower) => this.restored(follower),
      scopesChanged: (follower) => this.noteTools(follower),
      refused: (follower, closing) => this.refused(follower, closing),
    });
    this.catch_ups = new LogCatchUps(state, executor, this.followers, (follower) => this.tellSoon(follower));
  }

  /** Begins with a socket that was just accepted. */
  open(connection: McpConnection, opening: string, said: Said | null): void {
    // Whoever was here before is taken up first.
    void this.followers.all;
    const follower = this.followers.enter(connection, opening, said);
    if (!follower) return;
    const { follow } = follower.opening;
    if (follow.kind === "session" && follow.after !== null) this.catch_ups.begin(follower, follow.after);
    else follower.send({ type: "ready", id: this.placeId(follower) });
    if (follow.kind === "call") this.tellSoon(follower);
  }

  closed(connection: Connection): void {
    this.followers.remove(connection);
  }

  /** Notes what a commit's events change. */
  publish(events: readonly LoggedEvent[]): void {
    if (this.followers.all.size === 0) return;
    const changes = gatherChanges(this.executor, events);
    for (const follower of this.followers.concerned(changes)) if (follower.state.place === null && follower.note(changes)) this.tellSoon(follower);
  }

  /** A call said something or ended. */
  callMoved(call_id: string): void {
    const follower = this.followers.ofCall(call_id);
    if (follower) this.tellSoon(follower);
  }

  authorityChanged(): void {
    this.followers.invalidate();
    this.schedule(0);
  }

  /** A session follows something else than before. */
  subscriptionsChanged(session_id: string): void {
    const follower = this.followers.ofSession(session_id);
    if (follower) this.followers.refresh(follower);
  }

  /** It is over; so are its calls, of which what they said last is told now, before it is forgotten. */
  sessionEnded(session_id: string, call_ids: readonly string[]): void {
    for (const call_id of call_ids) {
      const follower = this.followers.ofCall(call_id);
      if (follower) this.tellCall(follower, call_id, session_id);
    }
    const follower = this.followers.ofSession(session_id);
    if (follower) this.followers.close(follower, { code: MCP_CLOSE.ended, reason: "The session ended" });
  }

  /** The organization is erased. */
  end(): void {
    if (this.timer) clearTimeout(this.timer.handle);
    this.followers.closeAll({ code: LIVE_CLOSE.unauthenticated, reason: "The organization was deleted" });
  }

  private restored(follower: Follower): void {
    const { follow } = follower.opening;
    if (follow.kind === "call") this.tellSoon(follower);
    if (follower.state.place !== null) void this.catch_ups.run(follower);
  }

  private noteTools(follower: Follower): void {
    const lists = new Map([["tools", latestSequence(this.state.core.db)] as const]);
    if (follower.note({ topics: new Map(), lists })) this.tellSoon(follower);
  }

  /** A call says to its client that it is over before its stream ends. */
  private refused(follower: Follower, closing: Closing): void {
    const { follow } = follower.opening;
    if (follow.kind !== "call") return;
    follower.grant = null;
    // A new token goes on with a session's call; without a session there is no coming back.
    if (closing.code !== LIVE_CLOSE.expired || follow.session_id === null) this.callRefused(follow.call_id, closing);
    this.tellCall(follower, follow.call_id, follow.session_id);
  }

  private tellSoon(follower: Follower): void {
    this.waiting.set(follower, 0);
    this.schedule(0);
  }

  private schedule(delay_ms: number): void {
    const at_ms = Date.now() + delay_ms;
    if (this.timer && this.timer.at_ms <= at_ms) return;
    if (this.timer) clearTimeout(this.timer.handle);
    const handle = setTimeout(() => {
      this.timer = null;
      if (!this.state.erased) this.tell();
    }, delay_ms);
    this.timer = { handle, at_ms };
  }

  /** Tells so much in one turn, and the rest in later ones: whoever calls the organization meanwhile waits for one turn at most. */
  private tell(): void {
    const now = Date.now();
    this.followers.judgeAgain(now);
    const head = latestSequence(this.state.core.db);
    let [next, room] = [Infinity, TOLD_IN_A_TURN];
    const unbelieved: Follower[] = [];
    for (const [follower, due] of this.waiting) {
      if (!this.followers.has(follower)) this.waiting.delete(follower);
      else if (due > now) next = Math.min(next, due);
      else if (believedUntil(follower.state.said) <= now) unbelieved.push(follower);
      else if (room > 0) {
        const { told, next: again } = this.tellOne(follower, now, head);
        room -= Math.max(1, told);
        if (again === null) this.waiting.delete(follower);
        else this.waiting.set(follower, again);
        next = Math.min(next, again ?? Infinity);
      } else next = Math.min(next, now + TURN_PAUSE_MS);
    }
    if (next < Infinity) this.schedule(next - now);
    if (unbelieved.length > 0) void this.askAgain(unbelieved);
  }

  private tellOne(follower: Follower, now: number, head: number): { told: number; next: number | null } {
    const { follow } = follower.opening;
    if (follow.kind !== "call") return follower.tell(now, head);
    return { told: this.tellCall(follower, follow.call_id, follow.session_id), next: null };
  }

  /** Sends what a call said and was not sent yet, and ends where it is over. Returns how much it sent. */
  private tellCall(follower: Follower, call_id: string, session_id: string | null): number {
    const said = this.calls.saidAfter(call_id, follower.state.sent);
    const refused = said.length > 0 ? outOfScope({ scopes: this.calls.scopesOf(call_id) }, follower.grant?.principal ?? null) : null;
    if (refused) {
      this.followers.close(follower, closingFor(refused.toFailure()));
      return 0;
    }
    for (const { n, message } of said) {
      const id = session_id === null ? null : callEventId(call_id, n);
      follower.write(`{"type":"message","id":${JSON.stringify(id)},"message":${message}}`);
      follower.state.sent = n;
    }
    if (said.length > 0) follower.save();
    const status = this.calls.statusOf(call_id);
    if (status && isOpen({ status })) return said.length;
    follower.send({ type: "end" });
    this.followers.close(follower, { code: 1000, reason: "The call is over" });
    return said.length;
  }

  /** What there is to tell waits for what the live actor says of a sandbox's readers. */
  private async askAgain(followers: readonly Follower[]): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    try {
      await askAboutReaders(followers, this.askLiveActor, (follower, said) => this.told(follower, said));
    } finally {
      this.asking = false;
      if (!this.state.erased) this.schedule(0);
    }
  }

  private told(follower: Follower, said: Said | { failure: Failure } | null): void {
    try {
      if (!said) this.followers.close(follower, { code: 1012, reason: "The organization's service cannot answer right now" });
      else if ("failure" in said) this.refusedBy(follower, said.failure);
      else this.followers.believe(follower, said);
    } catch (error) {
      console.error(errorLine({ request_id: follower.opening.request_id }, error));
      this.followers.close(follower, { code: 1011, reason: "This stream is broken; connect again" });
    }
  }

  private refusedBy(follower: Follower, failure: Failure): void {
    const closing = closingFor(failure);
    this.refused(follower, closing);
    this.followers.close(follower, closing);
  }

  private placeId(follower: Follower): string | null {
    const { follow } = follower.opening;
    if (follow.kind === "call") return follow.session_id === null ? null : callEventId(follow.call_id, follow.after);
    return follower.placeId(latestSequence(this.state.core.db));
  }
}
