import type { Failure } from "./errors.ts";
import type { Credential } from "./principal.ts";
import type { LimitState } from "./rate_limit.ts";

/** One operation to run, as a protocol adapter asks for it. */
export interface Call {
  operation: string;
  input: unknown;
  /** The client's Idempotency-Key for this call. */
  idempotency_key?: string;
  /** The version the client saw (If-Match, expectedVersion). */
  expected_version?: number;
}

/** What travels from the edge to an actor, once per request, whatever the protocol. */
export interface ExecuteRequest {
  credential: Credential;
  calls: Call[];
  /** For audit, usage and logs: `rest/v1`, `graphql`, … */
  protocol: string;
  request_id: string;
  /** The caller's address, for a key's allow-list; never stored. */
  ip: string | null;
  /** The page a browser call comes from (Origin header), for publishable keys. */
  origin: string | null;
  /** Origin for absolute URLs in answers. */
  base_url: string;
}

export type Outcome = { ok: true; value: unknown; replayed: boolean } | { ok: false; failure: Failure };

/** Plain data back to the edge; no exception crosses the RPC. */
export interface ExecuteResult {
  /** One for each call, in order. */
  outcomes: Outcome[];
  /** The rate-limit bucket after this request; null where none applies (operator) or the credential was refused. */
  limit: LimitState | null;
  /** Set when the bucket refused: seconds until the same request could be admitted. */
  retry_after_s: number | null;
  rows_read: number;
  rows_written: number;
}

/** How a protocol adapter reaches the actor; the edge hands it in. The organization matters for the operator alone: a key names its own. */
export type Execute = (calls: Call[], organization_id?: string) => Promise<ExecuteResult>;
