import type { LiveAnswer } from "../../../domain/documents.ts";
import type { LogPosition } from "../../../domain/events/event.ts";
import { idempotencyOwner } from "../../../domain/principal.ts";
import type { Grant } from "../../core/engine.ts";
import type { DistinctQuery } from "./live_query_store.ts";
import type { LiveSocket, LiveSubscription } from "./live_socket.ts";

/** Subscriptions that get the same answers: each answer is made once for all of them. */
export class LiveGroup {
  readonly subscriptions = new Set<LiveSubscription>();
  /** Everything up to here was told to it. */
  place: LogPosition = { sequence: 0, index: null };
  /** Of a `state`: when it was told last, the timer of its next answer, and what everybody in it was told last; null where that differs. */
  told_at_ms = 0;
  timer: ReturnType<typeof setTimeout> | null = null;
  told: LiveAnswer | null = null;

  constructor(
    readonly name: string,
    readonly distinct: DistinctQuery,
  ) {}

  get query(): DistinctQuery["query"] {
    return this.distinct.query;
  }

  /** Any of its sockets: they differ in nothing that an answer shows. */
  get reader(): LiveSocket | null {
    for (const { socket } of this.subscriptions) return socket;
    return null;
  }

  /** Sends an answer to everybody; only the number before it differs. */
  tell({ id, json }: LiveAnswer): void {
    const rest = ` ${id}\n${json}`;
    for (const { socket, n } of this.subscriptions) socket.write(`next ${n}${rest}`);
  }
}

/** What an answer can depend on: the document, what its reader may see, where the reader's URLs lead and, for some, who the reader is. */
export function groupName({ identity, query }: DistinctQuery, grant: Grant, base_url: string): string {
  const { principal, bucket_id } = grant;
  const scopes = principal.scopes === "all" ? "all" : principal.scopes.toSorted().join(" ");
  const reader = query.per_credential ? `${idempotencyOwner(principal)} ${bucket_id ?? ""}` : "";
  return JSON.stringify([identity, scopes, base_url, reader]);
}

/** Whether two answers say the same, wherever in the log each was made. */
export function sameContent(left: LiveAnswer, right: LiveAnswer): boolean {
  const { content_length } = left;
  return content_length === right.content_length && left.json.slice(0, content_length) === right.json.slice(0, content_length);
}
