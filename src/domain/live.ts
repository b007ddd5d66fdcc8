import type { Document } from "./documents.ts";
import type { ExecuteRequest } from "./execute.ts";

/** What the edge opens an inner socket with: who asks, and under which schema it reads their documents. */
export interface LiveOpening extends Omit<ExecuteRequest, "calls"> {
  schema_hash: string;
}

/** What the edge asks over it. A number is used once: what still comes for an old one is late and means nothing. */
export type LiveRequest = LiveSubscribe | { type: "execute"; n: number; document: Document } | { type: "complete"; n: number };

export interface LiveSubscribe {
  type: "subscribe";
  n: number;
  document: Document;
  /** The same for subscriptions that get the same answers, wherever in the log they begin. */
  identity: string;
  /** A place in the log to go on from; null: where the document says, or from now on. */
  after: string | null;
  /** The client paid for it already and only paused. */
  resumed: boolean;
}

/**
 * `ready`: the socket is open (ReadyPayload). `next`: an answer. `live`: everything up to `id` was told, the rest comes as it happens. `behind`: nothing more comes; whoever is
 * ready for it subscribes again after `id`. `result`: of an `execute`. `refused` (a Failure) and `error` (a list of GraphQL errors): it ends before it began. `complete`: it is over.
 */
export type LiveFrameKind = "ready" | "next" | "live" | "behind" | "result" | "refused" | "error" | "complete";

export interface ReadyPayload {
  /** When the credential ends; null while no end is known. Told again when that changes. */
  expires_at_ms: number | null;
}

/** One frame from actor to edge: a line of kind, number and place, then JSON text that nobody parses on the way to the client. */
export interface LiveFrame {
  kind: LiveFrameKind;
  n: number;
  /** Place in the log. */
  id: string | null;
  payload: string;
}

export function writeLiveFrame(kind: LiveFrameKind, n: number, id: string | null, payload: string): string {
  return `${kind} ${n} ${id ?? "-"}\n${payload}`;
}

export function readLiveFrame(text: string): LiveFrame {
  const line_end = text.indexOf("\n");
  const [kind, n, id] = text.slice(0, line_end).split(" ") as [LiveFrameKind, string, string];
  return { kind, n: Number(n), id: id === "-" ? null : id, payload: text.slice(line_end + 1) };
}

/** Close codes of the inner socket, which are also those of graphql-transport-ws: the credential no longer holds; it no longer holds the scope. */
export const LIVE_CLOSE = { unauthenticated: 4401, forbidden: 4403 } as const;
