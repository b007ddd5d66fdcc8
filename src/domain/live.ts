import type { Document } from "./documents.ts";
import type { ExecuteRequest } from "./execute.ts";

/** What the edge opens an inner socket with: who asks, and under which schema it reads their documents. */
export interface LiveOpening extends Omit<ExecuteRequest, "calls"> {
  schema_hash: string;
  /** The actor went away under a connection that was paid for. */
  again?: boolean;
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
 * ready for it subscribes again after `id`. `later` (a LaterPayload): the same, but not at once. `result`: of an `execute`. `refused` (a Failure) and `error` (a list of GraphQL errors): it ends before it began. `complete`: it is over.
 */
export type LiveFrameKind = "ready" | "next" | "live" | "behind" | "later" | "result" | "refused" | "error" | "complete";

export interface ReadyPayload {
  /** When the credential ends; null while no end is known. Told again when that changes. */
  expires_at_ms: number | null;
  /** The log's end: whoever lost the connection before its first answer goes on from here. */
  sequence: string;
}

/** Reading on costs more than the bucket holds now. */
export interface LaterPayload {
  retry_after_s: number;
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

/** Characters in a subscription's text and variables: the actor keeps them for as long as somebody follows it. */
export const LIVE_DOCUMENT_LENGTH_MAX = 65_536;

/** Close codes of the inner socket: the credential does not hold; it does not hold the scope; its time is over, and another may be had. The edge tells them in its protocols' ways. */
export const LIVE_CLOSE = { unauthenticated: 4401, forbidden: 4403, expired: 4498 } as const;

/** Why a socket is closed, as a close frame says it. */
export interface Closing {
  code: number;
  reason: string;
}

/** A close frame holds so many bytes of reason (RFC 6455, section 5.5). */
const REASON_MAX_BYTES = 123;

/** Closes a socket with as much of the reason as a close frame holds. */
export function closeSocket(socket: { close(code: number, reason: string): void }, { code, reason }: Closing): void {
  const { read } = new TextEncoder().encodeInto(reason, new Uint8Array(REASON_MAX_BYTES));
  socket.close(code, reason.slice(0, read));
}
