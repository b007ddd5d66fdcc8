import type { AccessTokenCredential } from "../principal.ts";
import type { LogPosition } from "./event.ts";

/** Whose stream it is, so that a revoked credential ends it. */
export type StreamReader = { kind: "operator" } | { kind: "api_key"; key_id: string } | AccessTokenCredential;

/** What the edge asks of an actor's stream. */
export interface StreamRequest {
  types: string[] | null;
  /** Null: from now on. */
  after: LogPosition | null;
  reader: StreamReader;
}

/** One frame from actor to edge; the edge renders it in its protocol. */
export interface StreamFrame {
  event: string;
  id: string | null;
  /** JSON text. */
  data: string;
}

/** Close codes on the inner socket: the credential is no longer valid; too many streams. */
export const CLOSE_UNAUTHENTICATED = 4401;
export const CLOSE_TOO_MANY = 4429;
