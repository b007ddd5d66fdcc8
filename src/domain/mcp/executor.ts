import type { Call, Outcome } from "../execute.ts";
import type { Organization } from "../organizations/organization.ts";
import type { Principal } from "../principal.ts";
import type { LimitState } from "../rate_limit.ts";
import type { McpClient, McpInput, McpView } from "./command.ts";
import type { McpInputRequest, McpNotification, McpObject, McpRequestId } from "./message.ts";
import type { McpList } from "./stream.ts";

/** A request as the protocol's side reads it, whichever revision it came in. */
export interface McpExecution {
  method: string;
  params: McpObject;
  client: McpClient;
  view: McpView;
  progress_token: McpRequestId | null;
  /** Whether `wait` may be the outcome: the client gave a progress token, or takes a task instead of a result. */
  may_wait: boolean;
  input: McpInput | null;
  idempotency_key?: string;
}

/** What a running request may ask of the actor. Everything is synchronous: it runs beside its SQLite. */
export interface McpHost {
  readonly principal: Principal;
  readonly organization: Organization;
  /** Milliseconds since the epoch, the same for the whole request. */
  readonly now: number;
  /** What was charged for this request, and the bucket after it; null where none applies. */
  readonly charged: number;
  readonly limit: LimitState | null;
  /** Runs an operation as the request's principal: scope, validation, transaction, audit. Not charged again. */
  call(call: Call): Outcome;
  /** Loads what hangs off these parents by a relation's name: one value for each, in order. */
  relate(relation: string, parents: readonly unknown[], input: unknown): Outcome;
  /** A signature over what a client is to bring back; bound to the organization. */
  sign(text: string): string;
  verify(text: string, signature: string): boolean;
  /** A session's subscriptions to resources, which `topicOf` says that the principal may read. Throws McpError where there are too many. */
  subscribe(uri: string): void;
  unsubscribe(uri: string): void;
}

export type McpOutcome =
  | { kind: "result"; result: McpObject; notifications?: McpNotification[] }
  /** The client is to answer these, under their keys, and ask again; `state` comes back as it is. */
  | { kind: "input_required"; requests: Record<string, McpInputRequest>; state: string }
  /** Work of the organization was started whose end the client waits for; `subject` is what its events are about. */
  | { kind: "wait"; subject: string };

/** What a request costs that cannot be read: as a call of an operation that there is not. */
export const UNREADABLE_COST = 1;

/** A request that was read: it may run once its cost is paid. */
export interface McpPrepared {
  cost: number;
  /** Whether it may write. */
  writes: boolean;
  /** For the log line. */
  operations: string[];
  /** Throws McpError for a JSON-RPC error. */
  run(host: McpHost): McpOutcome;
}

/** How far awaited work is. `result`: what a client gets that has waited long enough. */
export type McpWaiting =
  | { done: false; progress: number; total: number | null; message: string; result?: McpObject }
  | { done: true; result: McpObject };

/** The protocol's side, handed to the actor by the composition root. */
export interface McpExecutor {
  /** Reads a request. Throws McpError for a method that there is not, or bad parameters. */
  prepare(execution: McpExecution): McpPrepared;
  /** How the work is that a request waits for. */
  waiting(execution: McpExecution, subject: string, host: McpHost): McpWaiting;
  /** The client no longer wants it. */
  cancel(execution: McpExecution, subject: string, host: McpHost): void;
  /** What a resource's content depends on; null where there is no such resource in this part of the server, or none that the principal may read. */
  topicOf(uri: string, principal: Principal, view: McpView): string | null;
  /** What an event of the log changes. */
  changesOf(type: string, subject: string): { topics: string[]; lists: McpList[] };
}
