import type { Connection } from "partyserver";
import { errorLine } from "../../../domain/error_line.ts";
import { OperationError, type Failure } from "../../../domain/errors.ts";
import { LIVE_CLOSE, type Closing } from "../../../domain/live.ts";
import { refusedMcp, type McpAnswer, type McpCommand, type McpReply, type McpView } from "../../../domain/mcp/command.ts";
import type { McpExecutor } from "../../../domain/mcp/executor.ts";
import { toMcpError } from "../../../domain/mcp/failure.ts";
import { MCP_ERROR } from "../../../domain/mcp/message.ts";
import type { McpOpening } from "../../../domain/mcp/stream.ts";
import { narrowView } from "../../../domain/mcp/view.ts";
import { ownerOf } from "../../../domain/principal.ts";
import type { Grant } from "../../core/engine.ts";
import type { LoggedEvent } from "../../core/journal.ts";
import { readOpening } from "../../rpc.ts";
import { LaterAuthority, senderOf } from "../later_authority.ts";
import type { AskLiveActor, Said } from "../live/said.ts";
import type { OrganizationState } from "../state.ts";
import { Admission } from "./admission.ts";
import { outOfScope, outOfView } from "./call_access.ts";
import { CallStore } from "./call_store.ts";
import { Calls } from "./calls.ts";
import { ElicitedAnswers } from "./elicited_answers.ts";
import type { FollowerState, McpConnection } from "./follower.ts";
import { Notices } from "./notices.ts";
import { Requests } from "./requests.ts";
import { Runner } from "./runner.ts";
import { SessionStore, type McpSession } from "./session_store.ts";
import { McpStreams } from "./streams.ts";
import { SubscriptionStore } from "./subscription_store.ts";
import { Tasks } from "./tasks.ts";
import { WaitingCalls } from "./waiting_calls.ts";

/** Rows whose job did not run are removed so long after their time. */
const LEFTOVER_MS = 60 * 60_000;

/**
 * The organization's side of the Model Context Protocol. Its parts:
 * - SessionStore, SubscriptionStore, CallStore: rows; all that outlives a request is in them.
 * - Requests answers (Runner runs, Tasks has its own methods); what does not end at once becomes one of Calls.
 * - Notices (with ElicitedAnswers) and WaitingCalls take a call's next step: its client answered or left, or what it waits for happened.
 * - McpStreams tells Followers, the clients' open streams, what calls said and what changed; Admission lets them in.
 */
export class Mcp {
  private readonly sessions: SessionStore;
  private readonly subscriptions: SubscriptionStore;
  private readonly store: CallStore;
  private readonly runner: Runner;
  private readonly calls: Calls;
  private readonly waiting: WaitingCalls;
  private readonly notices: Notices;
  private readonly requests: Requests;
  private readonly tasks: Tasks;
  private readonly streams: McpStreams;
  private readonly admission: Admission;

  constructor(
    private readonly state: OrganizationState,
    executor: McpExecutor,
    connections: () => Iterable<McpConnection>,
    askLiveActor: AskLiveActor,
  ) {
    const { db, vault, scheduler, engine } = state.core;
    this.sessions = new SessionStore(db, vault, scheduler);
    this.subscriptions = new SubscriptionStore(db, {
      refusal: (session_id) => this.admission.refuseUri(session_id),
      changed: (session_id) => this.streams.subscriptionsChanged(session_id),
    });
    this.store = new CallStore(db, vault, scheduler);
    this.runner = new Runner(state.core, executor, this.subscriptions);
    this.calls = new Calls(state, this.store, this.runner, {
      refuseStream: (owner) => this.admission.refuseCalls(owner),
      moved: (call_id) => this.streams.callMoved(call_id),
      waits: (subject) => this.waiting.note(subject),
    });
    this.waiting = new WaitingCalls(state, this.store, this.calls, new LaterAuthority(state, askLiveActor));
    this.notices = new Notices(engine, this.store, this.calls, new ElicitedAnswers(state, this.store, this.calls, this.runner));
    this.requests = new Requests(state.core, this.runner, this.calls);
    this.tasks = new Tasks(engine, this.store, this.calls);
    this.streams = new McpStreams(state, executor, this.store, this.subscriptions, connections, askLiveActor, (id, closing) =>
      this.refuseCall(id, closing),
    );
    this.admission = new Admission(this.streams.followers, this.sessions, this.store, (session_id) => this.subscriptions.of(session_id));
    this.waiting.wake();
  }

  /** Does what one message of a client asks. Throws only what is our fault. */
  async answer(command: McpCommand, grant: Grant, now: number): Promise<McpAnswer> {
    try {
      return await this.obey(command, grant, now);
    } catch (error) {
      if (error instanceof OperationError) return refusedMcp(error.toFailure());
      throw error;
    }
  }

  /** Why no stream is opened for this caller; null where one is. */
  refusal({ follow, view }: McpOpening, grant: Grant): Failure | null {
    const refused = this.admission.refusal(follow, ownerOf(grant.principal), Date.now());
    if (refused || follow.kind !== "call") return refused;
    const call = this.store.find(follow.call_id)!;
    return (outOfView(call, view) ?? outOfScope(call, grant.principal))?.toFailure() ?? null;
  }

  /** Begins with a stream's socket that was just accepted. `said`: what the live actor says of a sandbox's reader. */
  open(connection: McpConnection, opening_text: string, said: Said | null): void {
    this.streams.open(connection, opening_text, said);
  }

  /** A stream's reader left. */
  async closed(connection: Connection): Promise<void> {
    this.streams.closed(connection);
    const state = (connection as McpConnection).state as FollowerState | null;
    const follow = state && readOpening<McpOpening>(state.opening).follow;
    if (follow?.kind === "call" && follow.session_id === null) await this.waiting.abandon(follow.call_id);
  }

  /** Events of a commit. Never throws: what was written is written. */
  publish(events: readonly LoggedEvent[]): void {
    try {
      this.waiting.notice(events);
      this.streams.publish(events);
    } catch (error) {
      console.error(errorLine({}, error));
    }
  }

  authorityChanged(): void {
    this.waiting.wake();
    this.streams.authorityChanged();
  }

  /** The end of a session's time, unless it was used meanwhile. An open stream is use. */
  sessionIsDue(id: string): { run_again_at_ms: number } | undefined {
    const now = Date.now();
    const due = this.sessions.endOf(id);
    if (due === null) return undefined;
    if (this.streams.followers.ofSession(id)) this.sessions.noteUse({ id, expires_at: due }, now);
    const expires_at = this.sessions.endOf(id)!;
    if (expires_at > now) return { run_again_at_ms: expires_at };
    this.endSession(id);
    return undefined;
  }

  callIsDue(id: string): Promise<{ run_again_at_ms: number } | undefined> {
    return this.waiting.isDue(id);
  }

  /** Removes what is left over. */
  daily(): void {
    const before_ms = Date.now() - LEFTOVER_MS;
    for (const id of this.store.expired(before_ms)) this.store.remove(id);
    for (const id of this.sessions.expired(before_ms)) this.endSession(id);
  }

  /** The organization is erased. */
  end(): void {
    this.streams.end();
  }

  private async obey(command: McpCommand, grant: Grant, now: number): Promise<McpAnswer> {
    const owner = ownerOf(grant.principal);
    if (command.type === "initialize") return this.initialize(command, owner, grant, now);
    const session_id = command.type === "request" ? command.request.session_id : command.session_id;
    const session = session_id === null ? null : this.sessions.require(session_id, owner, now);
    const view = session ? narrowView(session.view, command.view) : command.view;
    switch (command.type) {
      case "request":
        return this.request(command, session, view, grant, now);
      case "respond":
      case "cancel":
      case "abandon":
        await this.notices.take(command, owner, view, grant, now);
        break;
      case "end":
        await this.state.core.engine.turn(() => this.endSession(command.session_id));
        break;
      // That the session is there was all that was asked.
      case "touch":
        break;
      default:
        throw new Error(`No such command: ${(command as McpCommand).type}`);
    }
    return this.replied({ kind: "done" }, grant);
  }

  private async initialize(
    { client, view }: Extract<McpCommand, { type: "initialize" }>,
    owner: string,
    grant: Grant,
    now: number,
  ): Promise<McpAnswer> {
    const session_id = await this.state.core.engine.turn(() => {
      const superfluous = this.sessions.superfluous(owner, (id) => this.streams.followers.ofSession(id) !== null);
      if (superfluous !== null) this.endSession(superfluous);
      return this.sessions.open(owner, client, view, now);
    });
    this.state.core.meter.used(grant.principal.id);
    return this.replied({ kind: "session", session_id }, grant);
  }

  private async request(
    command: Extract<McpCommand, { type: "request" }>,
    session: McpSession | null,
    view: McpView,
    grant: Grant,
    now: number,
  ): Promise<McpAnswer> {
    const { request } = command;
    const client = session?.client ?? request.client;
    if (!client) return this.replied({ kind: "error", error: { code: MCP_ERROR.invalid_request, message: "Who asks was not said" } }, grant);
    const asked = { sender: senderOf(command), request, client, view };
    const task = await this.tasks.answer(asked, grant, now);
    return task ? this.replied(task, grant) : this.requests.answer(asked, grant, now);
  }

  /** Its open calls end with it. What they said goes to who still listens, and is kept no longer: nobody else may read it. */
  private endSession(id: string): void {
    const error = { code: MCP_ERROR.server, message: "The session ended before the call did", data: { code: "GONE" } };
    this.state.transaction((now) => {
      for (const call_id of this.store.openOf(id)) this.calls.end(this.store.findOpen(call_id)!, { error }, now);
      const call_ids = this.store.saidBy(id);
      this.streams.sessionEnded(id, call_ids);
      for (const call_id of call_ids) this.store.remove(call_id);
      this.sessions.remove(id);
    });
  }

  /** Its client may not go on with it. */
  private refuseCall(call_id: string, { code, reason }: Closing): void {
    const call = this.store.findOpen(call_id);
    if (!call) return;
    const failure: Failure = { code: code === LIVE_CLOSE.forbidden ? "FORBIDDEN" : "UNAUTHENTICATED", message: reason, details: {} };
    this.calls.end(call, { error: toMcpError(failure) }, Date.now());
  }

  private replied(reply: McpReply, grant: Grant): McpAnswer {
    return { failure: null, reply, operations: [], limit: this.runner.peek(grant), retry_after_s: null, rows_read: 0, rows_written: 0 };
  }
}
