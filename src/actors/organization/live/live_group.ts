import type { LiveAnswer, LiveQuery } from "../../../domain/documents.ts";
import { idempotencyOwner } from "../../../domain/principal.ts";
import type { Grant } from "../../core/engine.ts";
import type { LiveSocket, LiveSubscription } from "./live_socket.ts";
import type { StoredQuery } from "./live_query_store.ts";

/** Subscriptions that get the same answers: each answer is made once for all of them. */
export class LiveGroup {
  readonly query_id: number;
  readonly query: LiveQuery;
  readonly subscriptions = new Set<LiveSubscription>();
  /** Of a `state`: when it was told last, the timer of its next answer, and the last answer that was made. */
  told_at_ms = 0;
  timer: ReturnType<typeof setTimeout> | null = null;
  shown: { answer: LiveAnswer; sequence: number; at_ms: number } | null = null;

  constructor(
    readonly name: string,
    { id, query }: StoredQuery,
  ) {
    this.query_id = id;
    this.query = query;
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
export function groupName({ id, query }: StoredQuery, grant: Grant, base_url: string): string {
  const { principal, bucket_id } = grant;
  const scopes = principal.scopes === "all" ? "all" : principal.scopes.toSorted().join(" ");
  const reader = query.per_credential ? `${idempotencyOwner(principal)} ${bucket_id ?? ""}` : "";
  return JSON.stringify([id, scopes, base_url, reader]);
}
