import type { LiveQuery } from "../../../domain/documents.ts";
import type { Failure } from "../../../domain/errors.ts";
import { LIVE_CLOSE, type LiveFrameKind, type LiveOpening, type ReadyPayload } from "../../../domain/live.ts";
import type { Grant } from "../../core/engine.ts";
import type { OrganizationState } from "../state.ts";
import { groupName, LiveGroup } from "./live_group.ts";
import type { LiveQueryStore, StoredQuery } from "./live_query_store.ts";
import { LiveSocket, type LiveConnection, type LiveSocketState, type LiveSubscription } from "./live_socket.ts";

/** Stored subscriptions that no socket names are dropped when there are more than this many. */
const STORED_MAX = 2_000;

/** Who is connected and follows what, rebuilt from the sockets' attachments after a wake-up. */
export class LiveRegistry {
  readonly groups = new Map<string, LiveGroup>();
  /** Those that every use of the organization changes. */
  readonly usage_groups = new Set<LiveGroup>();
  private readonly sockets = new Map<string, LiveSocket>();
  /** The next moment at which a credential ends. */
  private next_end_ms = Infinity;
  private stale = false;

  constructor(
    private readonly state: OrganizationState,
    private readonly store: LiveQueryStore,
  ) {}

  get size(): number {
    return this.sockets.size;
  }

  /** Takes up the sockets that outlived the actor's memory. */
  restore(connections: Iterable<LiveConnection>): void {
    const named = new Set<number>();
    for (const connection of connections) {
      if (!connection.state) continue;
      const { opening, said, subscriptions } = connection.state as LiveSocketState;
      const followed = subscriptions.flatMap(([n, query_id]) => {
        named.add(query_id);
        const stored = this.store.get(query_id);
        return stored ? [{ n, stored }] : [];
      });
      const socket = this.admit(
        connection,
        opening,
        said,
        followed.map(({ stored }) => stored.query),
      );
      if (socket) for (const { n, stored } of followed) this.place(socket, n, this.groupFor(socket, stored));
    }
    this.store.purge(named);
  }

  /** Judges a socket and takes it in, or closes it. */
  admit(connection: LiveConnection, opening: LiveOpening, said: Grant | null, followed: LiveQuery[] = []): LiveSocket | null {
    const grant = this.judge(opening, said, followed);
    if ("code" in grant) {
      connection.close(grant.code, grant.reason);
      return null;
    }
    const socket = new LiveSocket(connection, opening, said, grant);
    this.sockets.set(connection.id, socket);
    this.noteEnd(this.endOf(socket));
    return socket;
  }

  find(connection: LiveConnection): LiveSocket | undefined {
    return this.sockets.get(connection.id);
  }

  remove(connection: LiveConnection): void {
    const socket = this.find(connection);
    if (!socket) return;
    this.sockets.delete(connection.id);
    for (const subscription of socket.subscriptions.values()) this.leave(subscription);
  }

  /** The group that a subscription of this socket would belong to, whether anybody is in it yet or not. */
  groupFor(socket: LiveSocket, stored: StoredQuery): LiveGroup {
    const name = groupName(stored, socket.grant, socket.opening.base_url);
    return this.groups.get(name) ?? new LiveGroup(name, stored);
  }

  /** Drops stored subscriptions that nobody follows. */
  purge(): void {
    this.store.purge(new Set([...this.groups.values()].map(({ query_id }) => query_id)));
  }

  /** From now on the subscription is told what happens. */
  join(socket: LiveSocket, n: number, group: LiveGroup): void {
    this.place(socket, n, group);
    socket.save();
    if (this.store.size > STORED_MAX) this.purge();
  }

  /** It is told nothing more. */
  drop(socket: LiveSocket, n: number): void {
    const subscription = socket.subscriptions.get(n);
    if (!subscription) return;
    socket.subscriptions.delete(n);
    this.leave(subscription);
    socket.save();
  }

  /** Ends every subscription of a group with such a frame. */
  dropAll(group: LiveGroup, kind: LiveFrameKind, id: string | null, payload?: string): void {
    for (const { socket, n } of group.subscriptions) {
      this.drop(socket, n);
      socket.send(kind, n, id, payload);
    }
  }

  /** What decides who may read what has changed: everybody is judged again before anything is told. */
  invalidate(): void {
    this.stale = true;
  }

  /**
   * Where a credential ended or authority changed: closes the sockets that may no longer read what they follow, and puts those that see something else now where they belong.
   * Returns the groups that somebody came into.
   */
  judgeAgain(now: number): LiveGroup[] {
    if (!this.stale && now < this.next_end_ms) return [];
    this.stale = false;
    this.next_end_ms = Infinity;
    const entered = new Set<LiveGroup>();
    for (const socket of this.sockets.values()) {
      const grant = this.judge(
        socket.opening,
        socket.said,
        [...socket.subscriptions.values()].map(({ group }) => group.query),
      );
      if ("code" in grant) this.close(socket, grant);
      else for (const group of this.regrant(socket, grant)) entered.add(group);
    }
    return [...entered];
  }

  close(socket: LiveSocket, { code, reason }: Closing): void {
    this.remove(socket.connection);
    socket.connection.close(code, reason);
  }

  closeAll(closing: Closing): void {
    for (const socket of this.sockets.values()) this.close(socket, closing);
  }

  /** Tells the edge when the credential ends, where it does not know it yet. */
  sendEnd(socket: LiveSocket): void {
    const expires_at_ms = this.endOf(socket);
    socket.save(expires_at_ms);
    socket.send("ready", 0, null, JSON.stringify({ expires_at_ms } satisfies ReadyPayload));
  }

  private regrant(socket: LiveSocket, grant: Grant): LiveGroup[] {
    socket.grant = grant;
    const end = this.endOf(socket);
    this.noteEnd(end);
    if (end !== socket.connection.state!.expires_at_ms) this.sendEnd(socket);
    return [...socket.subscriptions.values()].flatMap((subscription) => {
      const { n, group } = subscription;
      const stored = { id: group.query_id, query: group.query };
      if (groupName(stored, grant, socket.opening.base_url) === group.name) return [];
      this.leave(subscription);
      return [this.place(socket, n, this.groupFor(socket, stored))];
    });
  }

  private place(socket: LiveSocket, n: number, group: LiveGroup): LiveGroup {
    this.groups.set(group.name, group);
    if (group.query.follows_usage) this.usage_groups.add(group);
    const subscription = { socket, n, group };
    group.subscriptions.add(subscription);
    socket.subscriptions.set(n, subscription);
    return group;
  }

  private leave(subscription: LiveSubscription): void {
    const { group } = subscription;
    group.subscriptions.delete(subscription);
    if (group.subscriptions.size > 0) return;
    if (group.timer !== null) clearTimeout(group.timer);
    this.groups.delete(group.name);
    this.usage_groups.delete(group);
  }

  /** The keys of a sandbox are the live actor's, which is asked when the socket is opened. */
  private judge({ credential, ip, origin }: LiveOpening, said: Grant | null, followed: LiveQuery[]): Grant | Closing {
    if (!this.state.row()) return { code: LIVE_CLOSE.unauthenticated, reason: "The organization was deleted" };
    const grant = said ?? this.state.authenticate(credential, ip, origin, Date.now());
    if ("failure" in grant) return closingFor(grant.failure);
    if (followed.every(({ scope }) => holds(grant, scope))) return grant;
    return { code: LIVE_CLOSE.forbidden, reason: "The credential no longer has the scope of a subscription" };
  }

  private endOf({ opening: { credential }, said }: LiveSocket): number | null {
    if (credential.kind === "access_token") return credential.expires_at_ms;
    return credential.kind === "operator" || said ? null : this.state.keys.endOf(credential);
  }

  private noteEnd(end_ms: number | null): void {
    this.next_end_ms = Math.min(this.next_end_ms, end_ms ?? Infinity);
  }
}

/** Why a socket is closed, as a close frame says it. */
export interface Closing {
  code: number;
  reason: string;
}

export function closingFor({ code, message }: Failure): Closing {
  // A close frame holds 123 bytes of reason (RFC 6455, section 5.5).
  return { code: code === "FORBIDDEN" ? LIVE_CLOSE.forbidden : LIVE_CLOSE.unauthenticated, reason: message.slice(0, 100) };
}

export function holds({ principal }: Grant, scope: string): boolean {
  return principal.scopes === "all" || (principal.scopes as readonly string[]).includes(scope);
}
