import type { Event } from "./events/event.ts";
import type { Failure } from "./errors.ts";
import type { Call, ExecuteRequest, Outcome } from "./execute.ts";
import type { LimitState } from "./rate_limit.ts";
import type { Scope } from "./scopes.ts";

/** One operation of a query language (GraphQL) as the edge sends it on: parsed, validated and weighed there, run in the actor. */
export interface Document {
  query: string;
  operation_name: string | null;
  variables: Record<string, unknown>;
  kind: "query" | "mutation" | "subscription";
  /** Names of the operations behind its root fields. */
  operations: string[];
  /** What it takes from the rate-limit bucket. */
  cost: number;
  /** Of the request; each changing field of the document derives its own from it. */
  idempotency_key?: string;
}

/** Characters in the answers of one request: what an actor holds in memory, and sends at once. */
export const ANSWERS_LENGTH_MAX = 8_388_608;

/** Fields in the answers of one request: what an actor builds before it knows how long they are. About as many as those characters have room for. */
export const ANSWERS_VALUES_MAX = 500_000;

/** The same for one answer of a subscription. */
export const LIVE_ANSWER_LENGTH_MAX = 1_048_576;
export const LIVE_ANSWER_VALUES_MAX = 125_000;

/** What answers may still hold. The documents of a request share it, and each takes from it. */
export interface AnswerRoom {
  characters: number;
  values: number;
}

/** The room for the answers of one request. */
export function roomForAnswers(): AnswerRoom {
  return { characters: ANSWERS_LENGTH_MAX, values: ANSWERS_VALUES_MAX };
}

/** The room for one answer of a subscription. */
export function roomForLiveAnswer(): AnswerRoom {
  return { characters: LIVE_ANSWER_LENGTH_MAX, values: LIVE_ANSWER_VALUES_MAX };
}

/** What travels to the actor once per HTTP request: all its documents. */
export interface DocumentRequest extends Omit<ExecuteRequest, "calls"> {
  documents: Document[];
  /** The sender's schema: an actor of another version validates again. */
  schema_hash: string;
}

/** What comes back. Either all documents ran, or none did. */
export interface DocumentResult {
  /** Set when none ran: the credential or the bucket refused. */
  failure: Failure | null;
  /** One JSON text for each document, in order, as the client gets it. */
  results: string[];
  limit: LimitState | null;
  retry_after_s: number | null;
  rows_read: number;
  rows_written: number;
}

/** The answer to a request none of whose documents ran. */
export function refusedDocuments(failure: Failure): DocumentResult {
  return { failure, results: [], limit: null, retry_after_s: null, rows_read: 0, rows_written: 0 };
}

/** What a running document may ask of the actor. Everything is synchronous: it runs beside its SQLite. */
export interface DocumentHost {
  /** Runs an operation as the request's principal: scope, validation, transaction, audit. Not charged again. */
  call(call: Call): Outcome;
  /** Loads what hangs off these parents by a relation's name: one value for each, in order. */
  relate(relation: string, parents: readonly unknown[], input: unknown): Outcome;
  /** What was charged for this document, and the bucket after the whole request; null where none applies. */
  readonly charged: number;
  readonly limit: LimitState | null;
}

/** The query language's side, handed to the actor by the composition root. */
export interface DocumentExecutor {
  readonly schema_hash: string;
  /**
   * Runs a query or mutation; the answer as JSON text, or an error instead of one that there is no room for. Where none is left, nothing runs. Never throws for what the
   * client did.
   */
  execute(document: Document, host: DocumentHost, room?: AnswerRoom): string;
  /** The errors of a document under this schema, as an answer's JSON text; null when it is valid. */
  validate(document: Document): string | null;
  /** Reads a subscription. The document is valid; bad arguments throw OperationError. */
  subscription(document: Document): LiveQuery;
}

/** One distinct subscription: what it follows and how its answers are made. Shared by everybody who asked for the same. */
export interface LiveQuery {
  scope: Scope;
  /** `events`: each matching event is told. `state`: the present state is told after something changed it; only the latest matters. */
  kind: "events" | "state";
  /** Whether two credentials with the same scopes get different answers. */
  per_credential: boolean;
  /** Whether every use of the organization changes it, which no event tells. */
  follows_usage: boolean;
  /** Least time between two answers of a `state`. */
  interval_ms: number;
  /** `events`: where the client wants to go on; null for now. Not yet parsed. */
  after: string | null;
  /** Whether events of this type and subject may concern it. */
  concerns(type: string, subject: string): boolean;
  /** `events`: the answers to those of these events that match, in order. */
  tell(events: readonly Event[], host: DocumentHost): LiveAnswer[];
  /** `state`: the answer as of this place in the log. */
  show(host: DocumentHost, sequence: number): LiveAnswer;
}

export interface LiveAnswer {
  /** Place in the log, to go on from. */
  id: string;
  /** The execution result as JSON text. */
  json: string;
  /** Characters at its beginning that hold data and errors; what follows only says where in the log it is. */
  content_length: number;
  /** Nothing will follow. */
  final: boolean;
}
