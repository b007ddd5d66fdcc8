import type { McpEnvelope } from "./command.ts";
import type { McpObject } from "./message.ts";

/** Lists that a client may be told have changed. */
export type McpList = "tools" | "resources" | "prompts";

/** What changed, as a client is told it: a list, or what a resource says. */
export type McpChange = { kind: "list"; list: McpList } | { kind: "resource"; uri: string };

/** What an inner socket follows. */
export type McpFollow =
  /** A session's own stream (GET): changes of what it subscribed to and of lists. `after`: the id of the last thing it was told. */
  | { kind: "session"; session_id: string; after: string | null }
  /** `subscriptions/listen` of the stateless revision. */
  | { kind: "listen"; lists: McpList[]; uris: string[] }
  /** What a call says until it ends. `after`: how many of its messages were seen. Without a session, closing the socket cancels the call. */
  | { kind: "call"; call_id: string; session_id: string | null; after: number };

/** What the edge opens an inner socket with. */
export interface McpOpening extends McpEnvelope {
  follow: McpFollow;
}

/** One frame from actor to edge, as JSON text. `id`: the place to resume from (SSE event id); null where there is none. */
export type McpFrame =
  /** The first: everything that changes from now on is told. */
  | { type: "ready"; id: string | null }
  /** `id`: the place once all of them were told. */
  | { type: "changes"; id: string | null; changes: McpChange[] }
  /** A JSON-RPC message as the client gets it. */
  | { type: "message"; id: string | null; message: McpObject }
  /** Nothing more comes. */
  | { type: "end" };

/** URIs that one session or listener may follow. */
export const MCP_SUBSCRIPTIONS_MAX = 100;
/** Characters in a resource's URI. */
export const MCP_URI_LENGTH_MAX = 512;

/** The id of an event on a session's own stream: a place in the event log. */
export function sessionEventId(sequence: number): string {
  return `log.${sequence}`;
}

/** The id of an event on a call's stream: the call and the message's place in it. */
export function callEventId(call_id: string, n: number): string {
  return `${call_id}.${n}`;
}

/** What a client that comes back had seen last; null for what is no id of ours. */
export function parseEventId(text: string): { kind: "session"; sequence: number } | { kind: "call"; call_id: string; n: number } | null {
  const match = /^(log|mcall_[0-9a-z]{26})\.(\d{1,15})$/.exec(text);
  if (!match) return null;
  const [, name, number] = match as unknown as [string, string, string];
  return name === "log" ? { kind: "session", sequence: Number(number) } : { kind: "call", call_id: name, n: Number(number) };
}

/** Why an inner socket is closed, besides what LIVE_CLOSE has: another follows the same; what it followed is over. */
export const MCP_CLOSE = { replaced: 4409, ended: 4410 } as const;
