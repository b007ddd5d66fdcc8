import type { McpView } from "../../../domain/mcp/command.ts";
import { toMcpError } from "../../../domain/mcp/failure.ts";
import type { McpErrorObject, McpInputRequest, McpObject, McpRequestId } from "../../../domain/mcp/message.ts";
import { rateLimited, type Grant } from "../../core/engine.ts";
import type { OrganizationState } from "../state.ts";
import { parseQuestionId, type QuestionName } from "./call_questions.ts";
import type { CallStore } from "./call_store.ts";
import type { Asking, Calls } from "./calls.ts";
import { outOfView } from "./call_access.ts";
import { inputOf, type OpenCall, type Questions } from "./kept_call.ts";
import type { Ran, Runner } from "./runner.ts";

/** How often one call may ask. */
const ROUNDS_MAX = 10;
/** Characters in what a call asks and is answered. */
const QUESTIONS_LENGTH_MAX = 200_000;

/** What a client answered to a question. */
export interface ClientAnswer {
  id: McpRequestId;
  result: McpObject | null;
  error: McpErrorObject | null;
}

/** Takes what clients answer to the questions of their calls, and runs each call once nothing is open. */
export class ElicitedAnswers {
  constructor(
    private readonly state: OrganizationState,
    private readonly store: CallStore,
    private readonly calls: Calls,
    private readonly runner: Runner,
  ) {}

  /** What answers no open question of the session is late, or a mistake, and means nothing. `view`: what the session shows at the URL that the answer came to. */
  async take(session_id: string, view: McpView, answer: ClientAnswer, grant: Grant, now: number): Promise<void> {
    const name = parseQuestionId(answer.id);
    // In one turn with what the call then runs, so that no answer is taken and lost.
    if (name) await this.state.core.engine.turn(() => this.takeOne(session_id, view, name, answer, grant, now));
  }

  private takeOne(session_id: string, view: McpView, { call_id, round, key }: QuestionName, answer: ClientAnswer, grant: Grant, now: number): void {
    const call = this.store.findOpen(call_id);
    if (call?.session_id !== session_id || call.status !== "asking") return;
    const refused = outOfView(call, view);
    if (refused) throw refused;
    const questions = call.questions!;
    const open = round === questions.round && Object.hasOwn(questions.requests, key) && !Object.hasOwn(questions.responses, key);
    if (!open) return;
    const response = answer.result ?? insteadOf(questions.requests[key]!);
    if (!response) {
      this.calls.end(call, { error: unanswered(questions.requests[key]!, answer.error) }, now);
      return;
    }
    questions.responses[key] = response;
    if (JSON.stringify(questions).length > QUESTIONS_LENGTH_MAX) this.calls.end(call, { error: answersTooLong() }, now);
    else if (isComplete(questions)) this.runAgain(call, grant, now);
    else this.state.transaction(() => this.store.save(call));
  }

  /**
   * Runs the call with the answers. What was paid when it asked counts, since nothing ran then: only what it costs beyond that is charged, so an operation that was confirmed costs once. No
   * `await` may come between the operation and the call's row: what one turn writes is committed as one, so a crash leaves no operation that ran for a call that still asks.
   */
  private runAgain(call: OpenCall, grant: Grant, now: number): void {
    const prepared = this.runner.prepare(call.asked, true, inputOf(call));
    if ("error" in prepared) {
      this.calls.end(call, prepared, now);
      return;
    }
    const due = Math.max(0, prepared.cost - call.paid);
    const charge = due > 0 ? this.state.core.engine.charge(grant, due) : null;
    if (charge && !charge.admitted) {
      this.calls.end(call, { error: toMcpError(rateLimited(charge, due)) }, now);
      return;
    }
    call.paid += due;
    const limit = charge?.state ?? this.runner.peek(grant);
    const ran = this.runner.run(prepared, call.asked, grant, now, due, { charged: call.paid, limit });
    if ("outcome" in ran) this.goOn(call, ran, grant, now);
    else this.calls.end(call, { error: "failure" in ran ? toMcpError(ran.failure) : ran.error }, now);
  }

  private goOn(call: OpenCall, { outcome, scopes }: Extract<Ran, { outcome: unknown }>, grant: Grant, now: number): void {
    if (outcome.kind === "result") this.calls.end(call, { result: outcome.result }, now, { scopes, before: outcome.notifications ?? [] });
    else if (outcome.kind === "wait") {
      this.state.transaction(() => this.calls.beginWaiting(call, outcome.subject, now));
      this.calls.look(call, grant, now);
    } else this.askMore(call, { outcome, scopes }, now);
  }

  private askMore(call: OpenCall, { outcome: { requests, state }, scopes }: Asking, now: number): void {
    const round = call.questions!.round + 1;
    if (round <= ROUNDS_MAX) return this.calls.askAgain(call, { round, state, requests, responses: {} }, scopes, now);
    const message = `A call asks at most ${ROUNDS_MAX} times`;
    this.calls.end(call, { error: toMcpError({ code: "CONFLICT", message, details: { limit: ROUNDS_MAX } }) }, now);
  }
}

function isComplete({ requests, responses }: Questions): boolean {
  return Object.keys(requests).every((key) => Object.hasOwn(responses, key));
}

/** A person who could not be asked did not agree. Nothing stands for any other answer. */
function insteadOf({ method }: McpInputRequest): McpObject | null {
  return method === "elicitation/create" ? { action: "cancel" } : null;
}

function unanswered({ method }: McpInputRequest, error: McpErrorObject | null): McpErrorObject {
  const message = `The client did not answer ${method}: ${error?.message.slice(0, 200) ?? "neither a result nor an error came"}`;
  return toMcpError({ code: "CONFLICT", message, details: { method } });
}

function answersTooLong(): McpErrorObject {
  const message = `What a call asks and is answered has at most ${QUESTIONS_LENGTH_MAX} characters; call again and answer shorter`;
  return toMcpError({ code: "PAYLOAD_TOO_LARGE", message, details: { limit_bytes: QUESTIONS_LENGTH_MAX } });
}
