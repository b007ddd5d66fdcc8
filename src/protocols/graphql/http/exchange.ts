import type { GraphQLError } from "graphql";
import type { Document, DocumentResult } from "../../../domain/documents.ts";
import { readIdempotencyKey } from "../../idempotency_key.ts";
import type { GraphqlBindings } from "../bindings.ts";
import { refusal } from "../limits/refusal.ts";
import type { Prepared } from "../prepare.ts";
import { prepareNamed } from "../prepare_named.ts";
import { documentError, failureError, thrownError } from "./errors.ts";
import { readOperations } from "./read_request.ts";

export interface HttpOptions {
  /** Whether `__schema` and `__type` may be asked for. */
  introspection: boolean;
  request_id: string;
}

/** One operation of a request on its way through yoga, as the parameters that yoga wants. */
export class OperationParams {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly #prepared: Prepared;

  constructor(prepared: Prepared) {
    this.#prepared = prepared;
    this.query = prepared.ok ? prepared.document.query : "";
    this.operationName = (prepared.ok && prepared.document.operation_name) || undefined;
  }

  /** What `Exchange` knows of it. */
  static preparedOf(params: object): Prepared {
    return (params as OperationParams).#prepared;
  }
}

/**
 * One HTTP request and its answer: its operations are all read and prepared before the first runs, and those that are valid run together, in one call.
 */
export class Exchange {
  /** What the actor said; null while nothing ran. */
  result: DocumentResult | null = null;
  /** Why operations were refused before they reached the actor. */
  readonly refused: GraphQLError[] = [];
  private documents: Document[] = [];
  private running: Promise<DocumentResult> | null = null;

  constructor(
    private readonly bindings: GraphqlBindings,
    private readonly options: HttpOptions,
  ) {}

  /** Reads and prepares everything that the request asks for. */
  async read(request: Request): Promise<OperationParams | OperationParams[]> {
    try {
      this.result = this.bindings.refusal();
      if (this.result?.failure) throw failureError(this.result.failure);
      const idempotency_key = readIdempotencyKey(request.headers.get("Idempotency-Key"));
      const sent = await readOperations(request);
      const keyOf = (index: number): string | undefined =>
        Array.isArray(sent) && idempotency_key !== undefined ? `${idempotency_key}/${index}` : idempotency_key;
      const prepared = await this.prepareAll([sent].flat(), keyOf);
      this.documents = prepared.flatMap((operation) => (operation.ok ? [operation.document] : []));
      this.refused.push(...prepared.flatMap((operation) => (operation.ok ? [] : operation.errors)));
      const operations = prepared.map((operation) => new OperationParams(operation));
      return Array.isArray(sent) ? operations : operations[0]!;
    } catch (error) {
      const thrown = thrownError(error, this.options.request_id);
      this.refused.push(thrown);
      throw thrown;
    }
  }

  /**
   * The answer to one of the request's valid documents, as JSON text. The first that yoga asks for runs them all: which these are is known by then, so nothing waits for a
   * timer or a count.
   */
  async answer(document: Document): Promise<string> {
    try {
      this.running ??= this.bindings.execute(this.documents);
      this.result = await this.running;
    } catch (error) {
      throw thrownError(error, this.options.request_id);
    }
    if (this.result.failure) throw failureError(this.result.failure);
    return this.result.results[this.documents.indexOf(document)]!;
  }

  /** One after the other: after a few that are invalid the rest is not worth the work. */
  private async prepareAll(sent: readonly unknown[], keyOf: (index: number) => string | undefined): Promise<Prepared[]> {
    const prepared: Prepared[] = [];
    let invalid = 0;
    for (const [index, params] of sent.entries()) {
      const operation = invalid < INVALID_MAX ? await this.prepare(params, keyOf(index)) : notLookedAt();
      if (!operation.ok && operation.errors.some(({ extensions }) => extensions.code === "VALIDATION_ERROR")) invalid += 1;
      prepared.push(operation);
    }
    return prepared;
  }

  private async prepare(params: unknown, idempotency_key: string | undefined): Promise<Prepared> {
    const prepared = await prepareNamed(params, this.bindings, { ...this.options, idempotency_key });
    if (prepared.ok && prepared.document.kind === "subscription") return { ok: false, errors: [documentError(subscribesElsewhere())] };
    return prepared.ok ? prepared : { ok: false, errors: prepared.errors.map(documentError) };
  }
}

/** Invalid operations of a batch that are looked at. */
export const INVALID_MAX = 5;

function notLookedAt(): Prepared {
  const error = refusal(`${INVALID_MAX} operations of this batch are invalid: the rest was not looked at`, {
    field: "query",
    expected: "a batch of valid operations",
    limit: INVALID_MAX,
  });
  return { ok: false, errors: [documentError(error)] };
}

function subscribesElsewhere(): GraphQLError {
  return refusal("Subscriptions come by WebSocket (graphql-transport-ws) or as server-sent events", {
    field: "query",
    expected: "a query or mutation, or Accept: text/event-stream",
  });
}
