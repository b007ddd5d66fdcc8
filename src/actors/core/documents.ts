import {
  roomForAnswers,
  type Document,
  type DocumentExecutor,
  type DocumentHost,
  type DocumentRequest,
  type DocumentResult,
  refusedDocuments,
} from "../../domain/documents.ts";
import { OperationError, type Failure } from "../../domain/errors.ts";
import type { Call, Outcome } from "../../domain/execute.ts";
import type { LimitState } from "../../domain/rate_limit.ts";
import { isRegistered } from "../../domain/persisted_operations/rows.ts";
import { RELATIONS_BY_NAME } from "../../domain/relations.ts";
import type { Core } from "./core.ts";
import { rateLimited, type EngineRequest, type Grant } from "./engine.ts";

/**
 * Runs documents of a query language: all of a request are charged at once, run in order in one turn of the event loop, and answered as JSON texts that nobody parses on
 * the way to the client.
 */
export class Documents {
  constructor(
    private readonly core: Core,
    private readonly executor: DocumentExecutor,
  ) {}

  async execute(request: DocumentRequest, grant: Grant, now: number): Promise<DocumentResult> {
    const { db, engine } = this.core;
    const [read_before, written_before] = [db.rows_read, db.rows_written];
    const cost = request.documents.reduce((sum, document) => sum + document.cost, 0);
    const charge = engine.charge(grant, cost);
    const [limit, retry_after_s] = [charge?.state ?? null, charge?.retry_after_s ?? null];
    const admitted = charge?.admitted ?? true;
    const failure = admitted ? this.refuseUnregistered(request.documents, grant) : rateLimited(charge!, cost);
    if (failure) {
      for (const document of request.documents)
        this.core.meter.record(grant.principal.id, request.protocol, "unknown", false, admitted ? document.cost : 0);
      return { ...refusedDocuments(failure), limit, retry_after_s };
    }
    const current = request.schema_hash === this.executor.schema_hash;
    const room = roomForAnswers();
    const runAll = (): string[] =>
      request.documents.map((document) => {
        const host = new Host(this.core, request, grant, now, document.cost, limit);
        const json = (current ? null : this.executor.validate(document)) ?? this.executor.execute(document, host, room);
        host.meterRest();
        return json;
      });
    const writes = request.documents.some(({ kind }) => kind === "mutation");
    const results = writes ? await engine.turn(runAll) : runAll();
    return { failure: null, results, limit, retry_after_s, rows_read: db.rows_read - read_before, rows_written: db.rows_written - written_before };
  }

  /** Where the organization runs registered operations only, why these do not run. The operator may ask anything. */
  refuseUnregistered(documents: readonly Pick<Document, "query">[], grant: Grant): Failure | null {
    const { db, vault, organization } = this.core;
    if (grant.principal.kind === "operator" || !organization().settings.persisted_operations_only) return null;
    const unregistered = documents.map(({ query }) => vault.sha256(query)).find((sha256) => !isRegistered(db, sha256));
    if (unregistered === undefined) return null;
    return {
      code: "FORBIDDEN",
      message: "This organization runs registered operations only; register this one, or send the text of one that is",
      details: { sha256: unregistered, expected: "a registered operation" },
    };
  }

  /** What a live answer may ask of the actor: reads, which were paid for when the subscription began. */
  liveHost(request: EngineRequest, grant: Grant, now: number): DocumentHost {
    return new Host(this.core, request, grant, now, 0, null, false);
  }
}

class Host implements DocumentHost {
  /** What no call has been counted for yet. */
  private unmetered: number;

  constructor(
    private readonly core: Core,
    private readonly request: EngineRequest,
    private readonly grant: Grant,
    private readonly now: number,
    readonly charged: number,
    readonly limit: LimitState | null,
    private readonly counts = true,
  ) {
    this.unmetered = charged;
  }

  call(call: Call): Outcome {
    const outcome = this.core.engine.call(call, this.request, this.grant, this.now);
    this.meter(call.operation, outcome.ok, this.core.engine.costOf(call.operation));
    return outcome;
  }

  relate(name: string, parents: readonly unknown[], input: unknown): Outcome {
    const relation = RELATIONS_BY_NAME.get(name);
    if (!relation) throw new OperationError("NOT_FOUND", `No such relation: ${name}`);
    return this.core.engine.relate(relation, parents, input, this.request, this.grant, this.now);
  }

  /** What was charged beyond the operations' own cost: look-ups below them, or a document without any. Together it is what the bucket lost. */
  meterRest(): void {
    if (this.unmetered > 0) this.meter("graphql", true, this.unmetered);
  }

  private meter(operation: string, ok: boolean, cost: number): void {
    if (!this.counts) return;
    const counted = Math.min(cost, this.unmetered);
    this.unmetered -= counted;
    this.core.meter.record(this.grant.principal.id, this.request.protocol, operation, ok, counted);
  }
}
