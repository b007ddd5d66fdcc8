import type { Failure } from "../../../domain/errors.ts";
import type { McpAnswer, McpReply } from "../../../domain/mcp/command.ts";
import { UNREADABLE_COST, type McpPrepared } from "../../../domain/mcp/executor.ts";
import { MCP_ERROR, type McpErrorObject } from "../../../domain/mcp/message.ts";
import { ownerOf } from "../../../domain/principal.ts";
import type { LimitState } from "../../../domain/rate_limit.ts";
import type { Core } from "../../core/core.ts";
import { rateLimited, type Grant } from "../../core/engine.ts";
import { takesTasks, type AskedRequest } from "./asked_request.ts";
import type { Calls } from "./calls.ts";
import { UNATTRIBUTED, type Ran, type Runner } from "./runner.ts";

/** Characters in a progress token; the edge bounds a request's id. */
const TOKEN_LENGTH_MAX = 256;

type Told = { reply: McpReply } | { failure: Failure };

/** Answers requests: reads each, takes its cost from the bucket, and runs it. */
export class Requests {
  constructor(
    private readonly core: Core,
    private readonly runner: Runner,
    private readonly calls: Calls,
  ) {}

  async answer(asked: AskedRequest, grant: Grant, now: number): Promise<McpAnswer> {
    const { db, engine, meter } = this.core;
    const [read_before, written_before] = [db.rows_read, db.rows_written];
    const prepared = unacceptable(asked) ?? this.runner.prepare(asked, this.hasRoom(asked, grant));
    const unreadable = "error" in prepared;
    const cost = unreadable ? UNREADABLE_COST : prepared.cost;
    const operations = unreadable ? [] : prepared.operations;
    const charge = cost > 0 ? engine.charge(grant, cost) : null;
    const limit = charge?.state ?? this.runner.peek(grant);
    const answer = (told: Told): McpAnswer => ({
      failure: null,
      reply: null,
      operations,
      limit,
      retry_after_s: charge?.retry_after_s ?? null,
      rows_read: db.rows_read - read_before,
      rows_written: db.rows_written - written_before,
      ...told,
    });
    if (charge && !charge.admitted) {
      meter.record(grant.principal.id, asked.sender.protocol, operations[0] ?? UNATTRIBUTED, false, 0);
      return answer({ failure: rateLimited(charge, cost) });
    }
    if (unreadable) {
      meter.record(grant.principal.id, asked.sender.protocol, UNATTRIBUTED, false, cost);
      return answer({ reply: { kind: "error", error: prepared.error } });
    }
    const run = (): Told => this.run(prepared, asked, grant, now, limit);
    return answer(prepared.writes ? await engine.turn(run) : run());
  }

  private run(read: McpPrepared, asked: AskedRequest, grant: Grant, now: number, limit: LimitState | null): Told {
    const { cost } = read;
    // Since it was read, others of its turn may have taken the room.
    const prepared = mayWait(asked) && !this.hasRoom(asked, grant) ? this.runner.prepare(asked, false) : read;
    if ("error" in prepared) return { reply: { kind: "error", error: prepared.error } };
    const ran = this.runner.run(prepared, asked, grant, now, cost, { charged: cost, limit });
    if ("failure" in ran) return ran;
    return { reply: "error" in ran ? { kind: "error", error: ran.error } : this.replyTo(ran, asked, cost, grant, now) };
  }

  /** A session's call asks by itself, on its stream; without one the client asks again. */
  private replyTo({ outcome, scopes }: Extract<Ran, { outcome: unknown }>, asked: AskedRequest, paid: number, grant: Grant, now: number): McpReply {
    if (outcome.kind === "result") return { kind: "result", result: outcome.result, notifications: outcome.notifications ?? [] };
    if (outcome.kind === "wait") return this.calls.wait(asked, outcome.subject, paid, grant, now);
    return asked.request.session_id === null ? outcome : this.calls.ask(asked, { outcome, scopes }, paid, grant, now);
  }

  private hasRoom(asked: AskedRequest, { principal }: Grant): boolean {
    return mayWait(asked) && this.calls.refusal(asked, ownerOf(principal)) === null;
  }
}

function mayWait({ request, client }: AskedRequest): boolean {
  return request.progress_token !== null || takesTasks(request, client);
}

/** A token is repeated with every progress that is told. */
function unacceptable({ request: { progress_token } }: AskedRequest): { error: McpErrorObject } | null {
  if (String(progress_token).length <= TOKEN_LENGTH_MAX) return null;
  const details = { field: "_meta.progressToken", expected: `a text of at most ${TOKEN_LENGTH_MAX} characters, or a number` };
  return { error: { code: MCP_ERROR.invalid_params, message: "The progress token is too long", data: { code: "VALIDATION_ERROR", details } } };
}
