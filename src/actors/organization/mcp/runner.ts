import { OperationError, type Failure } from "../../../domain/errors.ts";
import type { McpInput } from "../../../domain/mcp/command.ts";
import type { McpExecutor, McpOutcome, McpPrepared } from "../../../domain/mcp/executor.ts";
import { toMcpError } from "../../../domain/mcp/failure.ts";
import { McpError, type McpErrorObject } from "../../../domain/mcp/message.ts";
import type { LimitState } from "../../../domain/rate_limit.ts";
import type { Scope } from "../../../domain/scopes.ts";
import type { Core } from "../../core/core.ts";
import type { Grant } from "../../core/engine.ts";
import { internalFailure } from "../../core/internal_failure.ts";
import type { Sender } from "../later_authority.ts";
import { executionOf, type AskedRequest } from "./asked_request.ts";
import { inputOf, type OpenCall } from "./kept_call.ts";
import { RequestHost, type ShownPayment, type Subscriptions } from "./request_host.ts";

/** What usage counts under whatever no operation cost. */
export const UNATTRIBUTED = "mcp";

/** What came of running a request. `scopes`: what it was read with. */
export type Ran = { outcome: McpOutcome; scopes: Scope[] } | { error: McpErrorObject } | { failure: Failure };

/** Reads and runs requests beside the organization's data, now or when something that they waited for happens. */
export class Runner {
  constructor(
    private readonly core: Core,
    readonly executor: McpExecutor,
    private readonly subscriptions: Subscriptions,
  ) {}

  /** `room`: whether it may go on later. */
  prepare(asked: AskedRequest, room: boolean, input: McpInput | null = asked.request.input): McpPrepared | { error: McpErrorObject } {
    try {
      return this.executor.prepare(executionOf(asked, room, input));
    } catch (error) {
      return { error: this.errorOf(error, asked.sender) };
    }
  }

  /** Runs what was paid for: `cost` now, and `charged` in all. Never throws. */
  run(prepared: McpPrepared, asked: AskedRequest, grant: Grant, now: number, cost: number, shown: ShownPayment): Ran {
    const payment = { cost, limit: shown.limit, unattributed: UNATTRIBUTED };
    const host = new RequestHost(this.core, asked.sender, grant, now, payment, shown, asked.request.session_id, this.subscriptions);
    try {
      return { outcome: prepared.run(host), scopes: host.scopes };
    } catch (error) {
      if (error instanceof McpError) return { error: error.toObject() };
      return { failure: failureOf(error, asked.sender) };
    } finally {
      host.meterUnattributed();
    }
  }

  /** Asks the executor about a call that goes on, which was paid for before. */
  askAbout<Said>(
    call: OpenCall,
    grant: Grant,
    now: number,
    ask: (...about: Parameters<McpExecutor["waiting"]>) => Said,
  ): { said: Said; scopes: Scope[] } {
    const { asked, paid, subject } = call;
    const shown = { charged: paid, limit: this.peek(grant) };
    const host = new RequestHost(this.core, asked.sender, grant, now, null, shown, asked.request.session_id, this.subscriptions);
    const said = ask(executionOf(asked, true, inputOf(call)), subject!, host);
    return { said, scopes: host.scopes };
  }

  /** The bucket as it is. */
  peek({ limits, bucket_id, principal }: Grant): LimitState | null {
    return limits && this.core.limiter.peek(bucket_id ?? principal.id, limits);
  }

  errorOf(error: unknown, sender: Sender): McpErrorObject {
    return error instanceof McpError ? error.toObject() : toMcpError(failureOf(error, sender));
  }
}

function failureOf(error: unknown, sender: Sender): Failure {
  return error instanceof OperationError ? error.toFailure() : internalFailure(sender, error);
}
