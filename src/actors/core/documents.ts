import {
  roomForAnswers,
  type Document,
  type DocumentExecutor,
  type DocumentHost,
  type DocumentRequest,
  type DocumentResult,
  refusedDocuments,
} from "../../domain/documents.ts";
import type { Failure } from "../../domain/errors.ts";
import { isRegistered } from "../../domain/persisted_operations/rows.ts";
import { ChargedHost } from "./charged_host.ts";
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
        const host = new ChargedHost(this.core, request, grant, now, { cost: document.cost, limit, unattributed: "graphql" });
        const json = (current ? null : this.executor.validate(document)) ?? this.executor.execute(document, host, room);
        host.meterUnattributed();
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
    return new ChargedHost(this.core, request, grant, now, null);
  }
}
