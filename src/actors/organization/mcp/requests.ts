import { OperationError, type Failure } from "../../../domain/errors.ts";
import type { McpAnswer, McpReply } from "../../../domain/mcp/command.ts";
import type { McpExecutor, McpOutcome, McpPrepared } from "../../../domain/mcp/executor.ts";
import { McpError } from "../../../domain/mcp/message.ts";
import type { Core } from "../../core/core.ts";
import { rateLimited, type Charge, type Grant } from "../../core/engine.ts";
import { internalFailure } from "../../core/internal_failure.ts";
import { executionOf, type AskedRequest } from "./asked_request.ts";
import { RequestHost, type FollowedResources } from "./request_host.ts";

/** What usage counts under that no operation cost. */
const REST = "mcp";
/** What a request costs that cannot be read: as a call of an operation that there is not. */
const UNREADABLE_COST = 1;

/** Answers requests: reads each, takes its cost from the bucket, and runs it beside the organization's data. */
export class Requests {
  constructor(
    private readonly core: Core,
    private readonly executor: McpExecutor,
  ) {}

  async answer(asked: AskedRequest, followed: FollowedResources | null, grant: Grant, now: number): Promise<McpAnswer> {
    const { db, engine, meter } = this.core;
    const [read_before, written_before] = [db.rows_read, db.rows_written];
    const prepared = this.prepare(asked);
    const cost = "error" in prepared ? UNREADABLE_COST : prepared.cost;
    const operations = "error" in prepared ? [] : prepared.operations;
    const charge = cost > 0 ? engine.charge(grant, cost) : this.peek(grant);
    const answer = (said: { reply: McpReply } | { failure: Failure }): McpAnswer => ({
      failure: null,
      reply: null,
      operations,
      limit: charge?.state ?? null,
      retry_after_s: charge?.retry_after_s ?? null,
      rows_read: db.rows_read - read_before,
      rows_written: db.rows_written - written_before,
      ...said,
    });
    if (charge && !charge.admitted) {
      meter.record(grant.principal.id, asked.sender.protocol, operations[0] ?? REST, false, 0);
      return answer({ failure: rateLimited(charge, cost) });
    }
    if ("error" in prepared) {
      meter.record(grant.principal.id, asked.sender.protocol, REST, false, cost);
      return answer({ reply: { kind: "error", error: prepared.error.toObject() } });
    }
    const limit = charge?.state ?? null;
    const host = new RequestHost(this.core, asked.sender, grant, now, { cost, limit, rest: REST }, { charged: cost, limit }, followed);
    const run = (): { reply: McpReply } | { failure: Failure } => this.run(prepared, host, asked);
    return answer(prepared.writes ? await engine.turn(run) : run());
  }

  private prepare(asked: AskedRequest): McpPrepared | { error: McpError } {
    try {
      return this.executor.prepare(executionOf(asked, true));
    } catch (error) {
      if (error instanceof McpError) return { error };
      throw error;
    }
  }

  private run(prepared: McpPrepared, host: RequestHost, asked: AskedRequest): { reply: McpReply } | { failure: Failure } {
    try {
      return { reply: replyTo(prepared.run(host)) };
    } catch (error) {
      if (error instanceof McpError) return { reply: { kind: "error", error: error.toObject() } };
      return { failure: error instanceof OperationError ? error.toFailure() : internalFailure(asked.sender, error) };
    } finally {
      host.meterRest();
    }
  }

  /** The bucket as it is, for a request that costs nothing. */
  private peek({ limits, bucket_id, principal }: Grant): Charge | null {
    return limits && { admitted: true, state: this.core.limiter.peek(bucket_id ?? principal.id, limits), retry_after_s: null };
  }
}

function replyTo(outcome: McpOutcome): McpReply {
  if (outcome.kind === "wait") throw new Error("Nothing waits yet");
  if (outcome.kind === "input_required") return outcome;
  return { kind: "result", result: outcome.result, notifications: outcome.notifications ?? [] };
}
