import type { DocumentHost } from "../../domain/documents.ts";
import { OperationError } from "../../domain/errors.ts";
import type { Call, Outcome } from "../../domain/execute.ts";
import type { LimitState } from "../../domain/rate_limit.ts";
import { RELATIONS_BY_NAME } from "../../domain/relations.ts";
import type { Core } from "./core.ts";
import type { EngineRequest, Grant } from "./engine.ts";

/** What was paid before anything ran. */
export interface Payment {
  cost: number;
  /** The bucket after it; null where none applies. */
  limit: LimitState | null;
  /** What usage counts under whatever no operation cost. */
  unattributed: string;
}

/** What a request that is paid for may ask of the actor, as its principal: operations and relations, each counted for usage. Nothing is counted where nothing was to be paid. */
export class ChargedHost implements DocumentHost {
  readonly charged: number;
  readonly limit: LimitState | null;
  /** What no call has been counted for yet. */
  private unmetered: number;

  constructor(
    private readonly core: Core,
    private readonly request: EngineRequest,
    private readonly grant: Grant,
    private readonly at: number,
    private readonly payment: Payment | null,
  ) {
    this.charged = payment?.cost ?? 0;
    this.limit = payment?.limit ?? null;
    this.unmetered = this.charged;
  }

  call(call: Call): Outcome {
    const outcome = this.core.engine.call(call, this.request, this.grant, this.at);
    this.meter(call.operation, outcome.ok, this.core.engine.costOf(call.operation));
    return outcome;
  }

  relate(name: string, parents: readonly unknown[], input: unknown): Outcome {
    const relation = RELATIONS_BY_NAME.get(name);
    if (!relation) throw new OperationError("NOT_FOUND", `No such relation: ${name}`);
    return this.core.engine.relate(relation, parents, input, this.request, this.grant, this.at);
  }

  /** What was charged beyond the operations' own cost. Together it is what the bucket lost. */
  meterUnattributed(): void {
    if (this.payment && this.unmetered > 0) this.meter(this.payment.unattributed, true, this.unmetered);
  }

  private meter(operation: string, ok: boolean, cost: number): void {
    if (!this.payment) return;
    const counted = Math.min(cost, this.unmetered);
    this.unmetered -= counted;
    this.core.meter.record(this.grant.principal.id, this.request.protocol, operation, ok, counted);
  }
}
