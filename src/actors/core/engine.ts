import type * as z from "zod";
import { errorLine } from "../../domain/error_line.ts";
import type { OperationContext, Vault } from "../../domain/context.ts";
import { OperationError, type Failure } from "../../domain/errors.ts";
import type { Call, ExecuteRequest, ExecuteResult, Outcome } from "../../domain/execute.ts";
import { complete } from "../../domain/lazy.ts";
import type { AnyOperation } from "../../domain/operation.ts";
import type { Organization } from "../../domain/organizations/organization.ts";
import { idempotencyOwner, type Principal } from "../../domain/principal.ts";
import type { LimitState } from "../../domain/rate_limit.ts";
import type { AnyRelation } from "../../domain/relation.ts";
import type { Scope } from "../../domain/scopes.ts";
import type { RateLimits } from "../../domain/tiers.ts";
import { validationError } from "../../domain/validation.ts";
import { CallContext } from "./call_context.ts";
import { CommitQueue } from "./commit_queue.ts";
import type { IdempotencyStore } from "./idempotency.ts";
import type { Author, Journal } from "./journal.ts";
import type { RateLimiter } from "./rate_limiter.ts";
import type { Scheduler } from "./scheduler.ts";
import type { SqliteDatabase } from "./sqlite.ts";
import type { UsageMeter } from "./usage_meter.ts";

/** A credential the actor accepted. */
export interface Grant {
  principal: Principal;
  /** Null for the operator, whom no bucket bounds. */
  limits: RateLimits | null;
  /** The bucket that its calls come out of; the principal's own where nothing is said. */
  bucket_id?: string;
}

/** What a bucket said to a charge. */
export interface Charge {
  admitted: boolean;
  state: LimitState;
  retry_after_s: number | null;
}

/** What the engine needs of a request: who sent it is the grant's to say. */
export type EngineRequest = Pick<ExecuteRequest, "protocol" | "request_id" | "base_url">;

export interface EngineParts {
  operations: ReadonlyMap<string, AnyOperation>;
  storage: DurableObjectStorage;
  db: SqliteDatabase;
  vault: Vault;
  journal: Journal;
  scheduler: Scheduler;
  idempotency: IdempotencyStore;
  limiter: RateLimiter;
  meter: UsageMeter;
  /** The actor's organization as it is now. */
  organization: () => Organization;
  /** Called after each committed write, so that caches of changed rows are dropped. */
  changed: (operation: string) => void;
}

/** Runs operation calls: charge, then per call one transaction of idempotency, validation, handler, audit row and event. */
export class Engine {
  private readonly commits = new CommitQueue();

  constructor(private readonly parts: EngineParts) {}

  /** All calls of one request, in order. Outcomes are plain data; nothing is thrown across the RPC. */
  async execute(request: EngineRequest & { calls: Call[] }, grant: Grant, now: number): Promise<ExecuteResult> {
    const { db, meter } = this.parts;
    const read_before = db.rows_read;
    const written_before = db.rows_written;
    const operations = request.calls.map((call) => this.parts.operations.get(call.operation));
    const cost = operations.reduce((sum, operation) => sum + (operation?.cost ?? 1), 0);
    const charge = this.charge(grant, cost);
    const result = (outcomes: Outcome[]): ExecuteResult => ({
      outcomes,
      limit: charge?.state ?? null,
      retry_after_s: charge?.retry_after_s ?? null,
      rows_read: db.rows_read - read_before,
      rows_written: db.rows_written - written_before,
    });
    if (charge && !charge.admitted) {
      const failure = rateLimited(charge, cost);
      return result(request.calls.map(() => ({ ok: false, failure })));
    }
    const writes = operations.some((operation) => operation && operation.effect !== "read");
    const runAll = (): Outcome[] => request.calls.map((call, index) => this.runCall(call, operations[index], request, grant, now, complete));
    const outcomes = writes ? await this.runWrites(request, grant, runAll) : runAll();
    outcomes.forEach((outcome, index) =>
      meter.record(grant.principal.id, request.protocol, operations[index]?.name ?? "unknown", outcome.ok, operations[index]?.cost ?? 1),
    );
    return result(outcomes);
  }

  /** Takes `cost` from the grant's bucket, all or nothing; null where no bucket bounds it. */
  charge(grant: Grant, cost: number): Charge | null {
    return grant.limits ? this.parts.limiter.charge(grant.bucket_id ?? grant.principal.id, grant.limits, cost) : null;
  }

  /** What a call of this operation takes from a bucket; 1 where there is no such operation. */
  costOf(operation: string): number {
    return this.parts.operations.get(operation)?.cost ?? 1;
  }

  /** What it takes to run this operation; null where a scope is not enough. */
  scopeOf(operation: string): Scope | null {
    const scope = this.parts.operations.get(operation)?.scope ?? "operator";
    return scope === "operator" ? null : scope;
  }

  /** Runs synchronous work that may write, together with the writes of concurrent requests. */
  turn<Result>(work: () => Result): Promise<Result> {
    return this.commits.run(work);
  }

  /** One call of a request that is admitted already; a write must run inside `turn`. What is read may be lazy: it must be used in this turn. */
  call(call: Call, request: EngineRequest, grant: Grant, now: number): Outcome {
    return this.runCall(call, this.parts.operations.get(call.operation), request, grant, now);
  }

  /** Loads a relation for many parents, as a read of the request's principal. */
  relate(relation: AnyRelation, parents: readonly unknown[], input: unknown, request: EngineRequest, grant: Grant, now: number): Outcome {
    try {
      requireScope(relation.scope, grant.principal);
      const author: Author = { principal: grant.principal, protocol: request.protocol, request_id: request.request_id, operation: relation.name };
      const context = new CallContext(this.parts, author, grant, request.base_url, null, now);
      return { ok: true, value: relation.load(context, parents, parse(relation.input, input)), replayed: false };
    } catch (error) {
      return { ok: false, failure: this.toFailure(error, request, relation.name) };
    }
  }

  private async runWrites(request: EngineRequest & { calls: Call[] }, grant: Grant, runAll: () => Outcome[]): Promise<Outcome[]> {
    const { idempotency } = this.parts;
    const claimed: Call[] = [];
    try {
      for (const call of request.calls) {
        idempotency.claim(idempotencyOwner(grant.principal), call);
        claimed.push(call);
      }
      return await this.commits.run(runAll);
    } catch (error) {
      return request.calls.map(() => ({ ok: false, failure: this.toFailure(error, request, "claim") }));
    } finally {
      for (const call of claimed) idempotency.release(idempotencyOwner(grant.principal), call);
    }
  }

  private runCall(
    call: Call,
    operation: AnyOperation | undefined,
    request: EngineRequest,
    grant: Grant,
    now: number,
    finish: <Value>(value: Value) => Value = (value) => value,
  ): Outcome {
    const { storage, journal, idempotency } = this.parts;
    try {
      if (!operation) throw new OperationError("NOT_FOUND", `No such operation: ${call.operation}`, { operation: call.operation });
      requireScope(operation.scope, grant.principal);
      if (operation.effect === "read")
        return {
          ok: true,
          value: finish(operation.handle(this.context(call, operation, request, grant, now), parse(operation.input, call.input))),
          replayed: false,
        };
      const owner = idempotencyOwner(grant.principal);
      const outcome = storage.transactionSync((): Outcome => {
        const remembered = call.idempotency_key === undefined ? undefined : idempotency.recall(owner, call);
        if (remembered) return { ok: true, value: remembered.value, replayed: true };
        const value = operation.handle(this.context(call, operation, request, grant, now), parse(operation.input, call.input));
        if (call.idempotency_key !== undefined) idempotency.remember(owner, call, value, operation.secret_outputs !== undefined, now);
        return { ok: true, value, replayed: false };
      });
      this.parts.changed(operation.name);
      journal.committed();
      return outcome;
    } catch (error) {
      journal.rolledBack();
      if (operation && operation.effect !== "read") this.parts.changed(operation.name);
      return { ok: false, failure: this.toFailure(error, request, operation?.name ?? call.operation) };
    }
  }

  private context(call: Call, operation: AnyOperation, request: EngineRequest, grant: Grant, now: number): OperationContext {
    const author: Author = { principal: grant.principal, protocol: request.protocol, request_id: request.request_id, operation: operation.name };
    return new CallContext(this.parts, author, grant, request.base_url, call.expected_version ?? null, now);
  }

  /** Catalogued failures pass; anything else is our fault, logged with the request's id and told without detail. */
  private toFailure(error: unknown, request: EngineRequest, operation: string): Failure {
    if (error instanceof OperationError) return error.toFailure();
    console.error(errorLine({ request_id: request.request_id, operation }, error));
    return { code: "INTERNAL_ERROR", message: `Something failed on our side; report request ${request.request_id} if it persists`, details: {} };
  }
}

function requireScope(scope: AnyOperation["scope"], principal: Principal): void {
  if (principal.scopes === "all") return;
  if (scope === "operator") throw new OperationError("FORBIDDEN", "Only the operator of this deployment can do this", { required_scope: "operator" });
  if (!principal.scopes.includes(scope)) throw new OperationError("FORBIDDEN", `This credential lacks the scope ${scope}`, { required_scope: scope });
}

function parse(schema: z.ZodType, input: unknown): unknown {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw validationError(parsed.error, input);
}

/** Why a bucket refused a request of this cost. */
export function rateLimited({ state, retry_after_s }: Charge, cost: number): Failure {
  const windows = [state.minute, state.day].filter((window) => window !== null);
  const details = {
    retry_after_s,
    cost,
    limit: Math.min(...windows.map(({ limit }) => limit)),
    remaining: Math.max(0, Math.min(...windows.map(({ remaining }) => remaining))),
  };
  const message =
    retry_after_s === null
      ? `This request costs ${cost}, more than its limit of ${details.limit} ever admits at once; split it or have the limit raised`
      : `Request budget used up; retry in ${retry_after_s} seconds`;
  return { code: "RATE_LIMITED", message, details };
}
