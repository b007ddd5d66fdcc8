import { typeidUnboxed } from "typeid-js";
import type { McpReply } from "../../../domain/mcp/command.ts";
import type { McpOutcome, McpWaiting } from "../../../domain/mcp/executor.ts";
import { toMcpError } from "../../../domain/mcp/failure.ts";
import { McpError, type McpErrorObject } from "../../../domain/mcp/message.ts";
import { OperationError, type Failure } from "../../../domain/errors.ts";
import { ownerOf } from "../../../domain/principal.ts";
import { DAY_MS, MINUTE_MS } from "../../../domain/time.ts";
import type { Grant } from "../../core/engine.ts";
import { internalFailure } from "../../core/internal_failure.ts";
import type { OrganizationState } from "../state.ts";
import { executionOf, takesTasks, type AskedRequest } from "./asked_request.ts";
import { askedMessages } from "./call_questions.ts";
import type { CallStore } from "./call_store.ts";
import { inputOf, type CallOutcome, type KeptCall } from "./kept_call.ts";
import type { Runner } from "./runner.ts";
import { toTaskResult } from "./task.ts";

/** How long a client may take to answer, work may take while a client waits for it, and what is over can be read. */
export const ASKING_MS = 10 * MINUTE_MS;
export const WAITING_MS = 15 * MINUTE_MS;
const KEPT_MS = 10 * MINUTE_MS;
const TASK_WORKING_MS = DAY_MS;
const TASK_KEPT_MS = 60 * MINUTE_MS;
/** How often work is looked at that no event told of: after a crash between the event and what it means to a call. */
export const LOOK_MS = 30_000;
/** Progress is told so often. */
const PROGRESS_MS = 1_000;
const OPEN_MAX = 50;
/** Characters in a request that is kept, and in what it says. */
const REQUEST_LENGTH_MAX = 200_000;
const MESSAGE_LENGTH_MAX = 600_000;

/**
 * Calls that go on after their request: each step is one transaction of its row, what it says and what it changes. Nothing of them is in memory, so whatever ends them may come after an
 * eviction or a crash.
 */
export class Calls {
  /** Called with a call that said something or ended. */
  onMove = (_call_id: string): void => {};
  /** Called with what a call waits for. */
  onWait = (_subject: string): void => {};

  constructor(
    private readonly state: OrganizationState,
    private readonly store: CallStore,
    private readonly runner: Runner,
  ) {}

  /** Why a request cannot go on later; null where it can. */
  refusal({ request }: AskedRequest, owner: string): Failure | null {
    if (JSON.stringify(request).length > REQUEST_LENGTH_MAX)
      return {
        code: "PAYLOAD_TOO_LARGE",
        message: `A request that goes on later has at most ${REQUEST_LENGTH_MAX} characters; split it`,
        details: { limit_bytes: REQUEST_LENGTH_MAX },
      };
    if (this.store.countOpen(owner) < OPEN_MAX) return null;
    return { code: "CONFLICT", message: `At most ${OPEN_MAX} calls go on at once; wait for some, or cancel them`, details: { limit: OPEN_MAX } };
  }

  /** A call whose client is to answer something before it runs. */
  ask(asked: AskedRequest, outcome: Extract<McpOutcome, { kind: "input_required" }>, paid: number, grant: Grant, now: number): McpReply {
    const owner = ownerOf(grant.principal);
    const refused = this.refusal(asked, owner);
    if (refused) return { kind: "error", error: toMcpError(refused) };
    const { requests, state } = outcome;
    const call = newCall(asked, owner, paid, now);
    Object.assign(call, { status: "asking", questions: { round: 1, state, requests, responses: {} }, expires_at: now + ASKING_MS });
    this.state.transaction(() => {
      this.store.add(call);
      this.sayQuestions(call);
    });
    return { kind: "stream", call_id: call.id };
  }

  /** A call that waits for work of the organization: on its stream, or as a task. */
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
  beginWaiting(call: KeptCall, subject: string, now: number): void {
    Object.assign(call, { status: "waiting", subject, updated_at: now });
    call.expires_at = now + (call.is_task ? TASK_WORKING_MS : WAITING_MS);
    this.store.save(call);
    this.store.lookAt(call.id, now + LOOK_MS);
    this.onWait(subject);
  }

  /** Looks how far the work is that a call waits for, and says so. */
  look(call: KeptCall, grant: Grant, now: number): void {
    let waiting: McpWaiting;
    try {
      const host = this.runner.laterHost(call.asked, grant, now, call.paid);
      waiting = this.runner.executor.waiting(executionOf(call.asked, true, inputOf(call)), call.subject!, host);
    } catch (error) {
      this.end(call, { error: this.runner.errorOf(error, call.asked.sender) }, now);
      return;
    }
    if (waiting.done) this.end(call, { result: waiting.result }, now);
    else if (now < call.expires_at) this.sayProgress(call, waiting, now);
    else if (waiting.result) this.end(call, { result: waiting.result }, now);
    else this.end(call, { error: waitedTooLong(call) }, now);
  }

  /** Asks the client what the call has questions for. Part of the caller's transaction. */
  sayQuestions(call: KeptCall): void {
    for (const message of askedMessages(call)) this.store.say(call.id, message);
    this.store.lookAt(call.id, call.expires_at);
  }

  /** The call is over, and says with what. `before`: what it says first. */
  end(call: KeptCall, outcome: CallOutcome, now: number, before: readonly object[] = []): void {
    const kept = JSON.stringify(outcome).length > MESSAGE_LENGTH_MAX ? { error: tooLong() } : outcome;
    this.state.transaction(() => {
      if (call.is_task) call.outcome = kept;
      else {
        for (const message of before) this.store.say(call.id, { jsonrpc: "2.0", ...message });
        this.store.say(call.id, { jsonrpc: "2.0", id: call.asked.request.id, ...kept });
      }
      this.close(call, "done", now);
    });
    this.onMove(call.id);
  }

  /** The client no longer wants it. `grant`: as whom the work is cancelled; null where it is left alone. */
  cancel(call: KeptCall, grant: Grant | null, now: number): void {
    if (call.status === "waiting" && grant) this.cancelWork(call, grant, now);
    this.state.transaction(() => this.close(call, "cancelled", now));
    this.onMove(call.id);
  }

  private cancelWork(call: KeptCall, grant: Grant, now: number): void {
    try {
      this.runner.executor.cancel(
        executionOf(call.asked, true, inputOf(call)),
        call.subject!,
        this.runner.laterHost(call.asked, grant, now, call.paid),
      );
    } catch (error) {
      // Work that is over already, or that the client may not cancel, is left as it is.
      if (!(error instanceof OperationError || error instanceof McpError)) internalFailure(call.asked.sender, error);
    }
  }

  private close(call: KeptCall, status: "done" | "cancelled", now: number): void {
    Object.assign(call, { status, updated_at: now, expires_at: now + (call.is_task ? TASK_KEPT_MS : KEPT_MS) });
    this.store.save(call);
    this.store.lookAt(call.id, call.expires_at);
  }

  private sayProgress(call: KeptCall, { progress, total, message }: Extract<McpWaiting, { done: false }>, now: number): void {
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
    this.onMove(call.id);
  }
}

function newCall(asked: AskedRequest, owner: string, paid: number, now: number): KeptCall {
  return {
    id: typeidUnboxed("mcall"),
    owner,
    is_task: takesTasks(asked.request, asked.client),
    asked,
    status: "waiting",
    subject: null,
    questions: null,
    progress: null,
    outcome: null,
    paid,
    created_at: now,
    updated_at: now,
    expires_at: now,
  };
}

function waitedTooLong({ subject }: KeptCall): McpErrorObject {
  const message = `This call waits no longer than ${WAITING_MS / MINUTE_MS} minutes; the work goes on, look at ${subject} later`;
  return toMcpError({ code: "UNAVAILABLE", message, details: { subject } });
}

function tooLong(): McpErrorObject {
  const message = "The answer is too long to be kept for its client; ask for less at once";
  return toMcpError({ code: "PAYLOAD_TOO_LARGE", message, details: { limit_bytes: MESSAGE_LENGTH_MAX } });
}
