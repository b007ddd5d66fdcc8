import type { McpReply } from "../../../domain/mcp/command.ts";
import type { McpOutcome, McpWaiting } from "../../../domain/mcp/executor.ts";
import { toMcpError } from "../../../domain/mcp/failure.ts";
import { McpError, type McpErrorObject } from "../../../domain/mcp/message.ts";
import { OperationError, type Failure } from "../../../domain/errors.ts";
import { ownerOf } from "../../../domain/principal.ts";
import type { Scope } from "../../../domain/scopes.ts";
import { MINUTE_MS } from "../../../domain/time.ts";
import type { Grant } from "../../core/engine.ts";
import { internalFailure } from "../../core/internal_failure.ts";
import type { OrganizationState } from "../state.ts";
import { takesTasks, withoutMeta, type AskedRequest } from "./asked_request.ts";
import { askedMessages } from "./call_questions.ts";
import type { CallStore } from "./call_store.ts";
import { ASKING_MS, keptMs, nextLookAt, WAITING_MS, waitingMs } from "./call_times.ts";
import { newCall, type CallOutcome, type OpenCall, type Questions } from "./kept_call.ts";
import type { Runner } from "./runner.ts";
import { toTaskResult } from "./task.ts";

/** Progress is told so often. */
const PROGRESS_MS = 1_000;
const OPEN_MAX = 50;
/** Of one owner's calls that are over, the latest are kept. */
const OVER_MAX = 100;
/** Characters in a request that is kept, and in what it says: three bytes each at most, a third more once sealed, and a row has 2 MB. */
const REQUEST_LENGTH_MAX = 200_000;
const MESSAGE_LENGTH_MAX = 200_000;

/** What becomes of calls elsewhere. */
export interface CallEvents {
  /** Why a call of this owner could not be followed; null where it can. */
  refuseStream(owner: string): Failure | null;
  /** It said something or ended. */
  moved(call_id: string): void;
  /** It waits for this. */
  waits(subject: string): void;
}

/** What a call asks, and what it read to ask it. */
export interface Asking {
  outcome: Extract<McpOutcome, { kind: "input_required" }>;
  scopes: Scope[];
}

/**
 * Calls that go on after their request: each step is one transaction of its row, what it says and what it changes. Nothing of them is in memory, so whatever ends them may come after an
 * eviction or a crash.
 */
export class Calls {
  constructor(
    private readonly state: OrganizationState,
    private readonly store: CallStore,
    private readonly runner: Runner,
    private readonly events: CallEvents,
  ) {}

  /** Why a request cannot go on later; null where it can. */
  refusal(asked: AskedRequest, owner: string): Failure | null {
    if (JSON.stringify(withoutMeta(asked).request).length > REQUEST_LENGTH_MAX)
      return {
        code: "PAYLOAD_TOO_LARGE",
        message: `A request that goes on later has at most ${REQUEST_LENGTH_MAX} characters; split it`,
        details: { limit_bytes: REQUEST_LENGTH_MAX },
      };
    if (this.store.countOpen(owner) >= OPEN_MAX)
      return { code: "CONFLICT", message: `At most ${OPEN_MAX} calls go on at once; wait for some, or cancel them`, details: { limit: OPEN_MAX } };
    return takesTasks(asked.request, asked.client) ? null : this.events.refuseStream(owner);
  }

  /** A call whose client is to answer something before it runs. */
  ask(asked: AskedRequest, { outcome, scopes }: Asking, paid: number, grant: Grant, now: number): McpReply {
    const owner = ownerOf(grant.principal);
    const refused = this.refusal(asked, owner);
    if (refused) return { kind: "error", error: toMcpError(refused) };
    const { requests, state } = outcome;
    const call = newCall(asked, owner, paid, now);
    Object.assign(call, { status: "asking", scopes, questions: { round: 1, state, requests, responses: {} }, expires_at: now + ASKING_MS });
    this.state.transaction(() => {
      this.store.add(call);
      this.sayQuestions(call);
    });
    return { kind: "stream", call_id: call.id };
  }

  /**
   * A call that waits for work of the organization: on its stream, or as a task. In the same turn as the operation that began the work, without an `await` between the two: what a turn writes is
   * committed as one, so no crash leaves work that no call knows of.
   */
  wait(asked: AskedRequest, subject: string, paid: number, grant: Grant, now: number): McpReply {
    const call = newCall(asked, ownerOf(grant.principal), paid, now);
    this.state.transaction(() => {
      this.store.add(call);
      this.beginWaiting(call, subject, now);
    });
    this.look(call, grant, now);
    return call.is_task ? { kind: "result", result: toTaskResult(call), notifications: [] } : { kind: "stream", call_id: call.id };
  }

  /** From now on the call waits for this. Part of the caller's transaction. */
  beginWaiting(call: OpenCall, subject: string, now: number): void {
    Object.assign(call, { status: "waiting", subject, updated_at: now, expires_at: now + waitingMs(call) });
    this.store.save(call);
    this.store.lookAt(call.id, nextLookAt(call, now));
    this.events.waits(subject);
  }

  /** Looks how far the work is that a call waits for, and says so. */
  look(call: OpenCall, grant: Grant, now: number): void {
    let looked: { said: McpWaiting; scopes: Scope[] };
    try {
      looked = this.runner.askAbout(call, grant, now, (...about) => this.runner.executor.waiting(...about));
    } catch (error) {
      this.end(call, { error: this.runner.errorOf(error, call.asked.sender) }, now);
      return;
    }
    const { said, scopes } = looked;
    if (said.done) this.end(call, { result: said.result }, now, { scopes });
    else if (call.expires_at > now) this.sayProgress(call, said, now);
    else if (said.result) this.end(call, { result: said.result }, now, { scopes });
    else this.end(call, { error: waitedTooLong(call) }, now);
  }

  /** It asks once more. */
  askAgain(call: OpenCall, questions: Questions, scopes: readonly Scope[], now: number): void {
    Object.assign(call, { questions, scopes: both(call.scopes, scopes), updated_at: now, expires_at: now + ASKING_MS });
    this.state.transaction(() => {
      this.store.save(call);
      this.sayQuestions(call);
    });
    this.events.moved(call.id);
  }

  /** The call is over, and says with what. `before`: what it says first; `scopes`: what the result was read with. */
  end(call: OpenCall, outcome: CallOutcome, now: number, { before = [], scopes = [] }: { before?: readonly object[]; scopes?: Scope[] } = {}): void {
    const kept = JSON.stringify(outcome).length > MESSAGE_LENGTH_MAX ? { error: tooLong() } : outcome;
    this.state.transaction(() => {
      call.scopes = both(call.scopes, scopes);
      if (call.is_task) call.outcome = kept;
      else {
        for (const message of before) this.store.say(call.id, { jsonrpc: "2.0", ...message });
        this.store.say(call.id, { jsonrpc: "2.0", id: call.asked.request.id, ...kept });
      }
      this.close(call, "done", now);
    });
    this.events.moved(call.id);
  }

  /** The client no longer wants it. `grant`: as whom the work is cancelled; null where it is left alone. */
  cancel(call: OpenCall, grant: Grant | null, now: number): void {
    if (call.status === "waiting" && grant) this.cancelWork(call, grant, now);
    this.state.transaction(() => this.close(call, "cancelled", now));
    this.events.moved(call.id);
  }

  /** Asks the client what the call has questions for. Part of the caller's transaction. */
  private sayQuestions(call: OpenCall): void {
    for (const message of askedMessages(call)) this.store.say(call.id, message);
    this.store.lookAt(call.id, call.expires_at);
  }

  private cancelWork(call: OpenCall, grant: Grant, now: number): void {
    try {
      this.runner.askAbout(call, grant, now, (...about) => this.runner.executor.cancel(...about));
    } catch (error) {
      // Work that is over already, or that the client may not cancel, is left as it is.
      if (!(error instanceof OperationError || error instanceof McpError)) internalFailure(call.asked.sender, error);
    }
  }

  private close(call: OpenCall, status: "done" | "cancelled", now: number): void {
    Object.assign(call, { status, updated_at: now, expires_at: now + keptMs(call) });
    this.store.save(call);
    this.store.lookAt(call.id, call.expires_at);
    this.store.removeOldest(call.owner, OVER_MAX);
  }

  private sayProgress(call: OpenCall, { progress, total, message }: Extract<McpWaiting, { done: false }>, now: number): void {
    const last = call.progress;
    if (last && (progress <= last.progress || now - last.at_ms < PROGRESS_MS)) return;
    call.progress = { progress, total, message, at_ms: now };
    call.updated_at = now;
    const { progress_token } = call.asked.request;
    this.state.transaction(() => {
      this.store.save(call);
      if (call.is_task || progress_token === null) return;
      const params = { progressToken: progress_token, progress, ...(total === null ? {} : { total }), message };
      this.store.say(call.id, { jsonrpc: "2.0", method: "notifications/progress", params });
    });
    this.events.moved(call.id);
  }
}

function waitedTooLong({ subject }: OpenCall): McpErrorObject {
  const message = `This call waits no longer than ${WAITING_MS / MINUTE_MS} minutes; the work goes on, look at ${subject} later`;
  return toMcpError({ code: "UNAVAILABLE", message, details: { subject } });
}

function tooLong(): McpErrorObject {
  const message = "The answer is too long to be kept for its client; ask for less at once";
  return toMcpError({ code: "PAYLOAD_TOO_LARGE", message, details: { limit_bytes: MESSAGE_LENGTH_MAX } });
}

/** What a call said, in its questions or its result, is told to who holds all that it was read with. */
function both(scopes: readonly Scope[], more: readonly Scope[]): Scope[] {
  return [...new Set([...scopes, ...more])];
}
