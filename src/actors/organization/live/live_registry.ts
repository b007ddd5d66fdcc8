import { errorLine } from "../../../domain/error_line.ts";
import type { LogPosition } from "../../../domain/events/event.ts";
import { closeSocket, type Closing, type LiveFrameKind, type LiveOpening, type ReadyPayload } from "../../../domain/live.ts";
import { latestSequence } from "../../../domain/events/log.ts";
import type { Grant } from "../../core/engine.ts";
import type { OrganizationState } from "../state.ts";
import { BucketCounts } from "./bucket_counts.ts";
import { LiveJudge } from "./judge.ts";
import { groupName, LiveGroup } from "./live_group.ts";
import type { DistinctQuery, LiveQueryStore } from "./live_query_store.ts";
import { LiveSocket, type LiveConnection, type LiveSocketState, type LiveSubscription } from "./live_socket.ts";
import { formatPosition } from "./log_window.ts";
import { believedUntil, type Said } from "./said.ts";

/** Who is connected and follows what, rebuilt from the sockets' attachments after a wake-up. */
export class LiveRegistry {
  readonly groups = new Map<string, LiveGroup>();
  /** Those that every use of the organization changes. */
  readonly usage_groups = new Set<LiveGroup>();
  readonly counts = new BucketCounts();
  private readonly judge: LiveJudge;
  private readonly sockets = new Map<string, LiveSocket>();
  /** The next moment at which a credential ends. */
  private next_end_ms = Infinity;
  /** Until then what the live actor said of everybody is believed. */
  private believed_until_ms = Infinity;
  private stale = false;

  constructor(
    private readonly state: OrganizationState,
    private readonly store: LiveQueryStore,
  ) {
    this.judge = new LiveJudge(state);
  }

  get size(): number {
    return this.sockets.size;
  }

  /** Takes up the sockets that outlived the actor's memory, which were told everything up to a place. */
  restore(connections: Iterable<LiveConnection>, place: LogPosition): void {
    for (const connection of connections) {
      if (!connection.state) continue;
      try {
        this.takeUp(connection, connection.state as LiveSocketState, place);
      } catch (error) {
        console.error(errorLine({}, error));
        this.remove(connection);
        closeSocket(connection, { code: 1011, reason: "What this connection follows cannot be read; connect again" });
      }
    }
    this.purge();
  }

  private takeUp(connection: LiveConnection, { opening, said, subscriptions }: LiveSocketState, place: LogPosition): void {
    const followed = subscriptions.flatMap(([n, query_id, sha256]) => {
      const distinct = this.store.get(query_id);
      return distinct ? [{ n, query_id, sha256, distinct }] : [];
    });
    const queries = followed.map(({ distinct }) => distinct.query);
    const socket = this.admit(connection, opening, said, queries);
    if (!socket) return;
    for (const { distinct, ...subscription } of followed) this.place({ ...subscription, socket, group: this.groupFor(socket, distinct) }, place);
    this.dropUnregistered(socket);
  }

  /** Judges a socket and takes it in, or closes it. */
  admit(connection: LiveConnection, opening: LiveOpening, said: Said | null, followed: DistinctQuery["query"][] = []): LiveSocket | null {
    const grant = this.judge.judgeFollower(opening, said, followed);
    if ("code" in grant) {
      closeSocket(connection, grant);
      return null;
    }
    const socket = new LiveSocket(connection, opening, said, grant);
    this.sockets.set(connection.id, socket);
    this.counts.opened(socket.bucket);
    this.noteEnd(socket);
    return socket;
  }

  find(connection: LiveConnection): LiveSocket | undefined {
    return this.sockets.get(connection.id);
  }

  remove(connection: LiveConnection): void {
    const socket = this.find(connection);
    if (!socket) return;
    this.sockets.delete(connection.id);
    this.counts.closed(socket.bucket);
    socket.waiting.clear();
    for (const subscription of socket.subscriptions.values()) this.leave(subscription);
  }

  /** The group that a subscription of this socket would belong to, whether anybody is in it yet or not. */
  groupFor(socket: LiveSocket, distinct: DistinctQuery): LiveGroup {
    const name = groupName(distinct, socket.grant, socket.opening.base_url);
    return this.groups.get(name) ?? new LiveGroup(name, distinct);
  }

  /** Drops stored subscriptions that nobody follows. */
  purge(): void {
    this.store.purge(this.identities());
  }

  /** From now on the subscription is told what happens; its group was told everything up to the place. */
  join(socket: LiveSocket, n: number, group: LiveGroup, place: LogPosition, sha256: string): void {
    const query_id = this.store.save(group.distinct, () => this.identities());
    this.place({ socket, n, query_id, sha256, group }, place);
    socket.save();
  }

  /** It is told nothing more. */
  drop(socket: LiveSocket, n: number): void {
    socket.waiting.delete(n);
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
    for (const socket of this.sockets.values()) for (const group of this.judgeSocket(socket)) entered.add(group);
    return [...entered];
  }

  /** Sockets of whose readers the live actor was not asked for too long. */
  unbelieved(now: number): LiveSocket[] {
    if (now < this.believed_until_ms) return [];
    this.believed_until_ms = Math.min(Infinity, ...new Set([...this.sockets.values()].map(({ said }) => believedUntil(said))));
    return [...this.sockets.values()].filter(({ said }) => believedUntil(said) <= now);
  }

  /** What the live actor says of a reader now: it is judged by that before anything more is told. */
  believe(socket: LiveSocket, said: Said): void {
    socket.said = said;
    socket.save();
    this.stale = true;
  }

  close(socket: LiveSocket, closing: Closing): void {
    this.remove(socket.connection);
    closeSocket(socket.connection, closing);
  }

  closeAll(closing: Closing): void {
    for (const socket of this.sockets.values()) this.close(socket, closing);
  }

  /** Tells the edge when the credential ends, where it does not know it yet. */
  sendReady(socket: LiveSocket): void {
    const expires_at_ms = this.judge.endOf(socket.opening, socket.said);
    socket.save(expires_at_ms);
    const sequence = String(latestSequence(this.state.core.db));
    socket.send("ready", 0, null, JSON.stringify({ expires_at_ms, sequence } satisfies ReadyPayload));
  }

  private judgeSocket(socket: LiveSocket): LiveGroup[] {
    const followed = [...socket.subscriptions.values()].map(({ group }) => group.query);
    const grant = this.judge.judgeFollower(socket.opening, socket.said, followed);
    if ("code" in grant) {
      this.close(socket, grant);
      return [];
    }
    const entered = this.regrant(socket, grant);
    this.dropUnregistered(socket);
    return entered;
  }

  private regrant(socket: LiveSocket, grant: Grant): LiveGroup[] {
    socket.grant = grant;
    this.noteEnd(socket);
    if (this.judge.endOf(socket.opening, socket.said) !== socket.connection.state!.expires_at_ms) this.sendReady(socket);
    return [...socket.subscriptions.values()].flatMap((subscription) => {
      const { n, group: left } = subscription;
      if (groupName(left.distinct, grant, socket.opening.base_url) === left.name) return [];
      const group = this.groupFor(socket, left.distinct);
      const { place } = left;
      if (left.query.kind === "events" && group.reader && formatPosition(group.place) !== formatPosition(place)) {
        this.drop(socket, n);
        socket.send("behind", n, formatPosition(place));
        return [];
      }
      this.leave(subscription);
      this.place({ ...subscription, group }, place);
      return [group];
    });
  }

  /** Ends subscriptions by texts that may not be asked for any more. */
  private dropUnregistered(socket: LiveSocket): void {
    for (const { n, sha256 } of socket.subscriptions.values()) {
      const failure = this.judge.refuseUnregistered(sha256, socket.grant);
      if (!failure) continue;
      this.drop(socket, n);
      socket.send("refused", n, null, JSON.stringify(failure));
    }
  }

  private place(subscription: LiveSubscription, place: LogPosition): void {
    const { socket, n, group } = subscription;
    if (!group.reader) group.place = place;
    this.groups.set(group.name, group);
    if (group.query.follows_usage) this.usage_groups.add(group);
    group.subscriptions.add(subscription);
    socket.subscriptions.set(n, subscription);
    this.counts.joined(socket.bucket, group);
  }

  private leave(subscription: LiveSubscription): void {
    const { group, socket } = subscription;
    if (group.subscriptions.delete(subscription)) this.counts.left(socket.bucket, group);
    if (group.subscriptions.size > 0) return;
    if (group.timer !== null) clearTimeout(group.timer);
    group.timer = null;
    if (this.groups.get(group.name) === group) this.groups.delete(group.name);
    this.usage_groups.delete(group);
  }

  private identities(): Set<string> {
    return new Set([...this.groups.values()].map(({ distinct }) => distinct.identity));
  }

  private noteEnd(socket: LiveSocket): void {
    this.next_end_ms = Math.min(this.next_end_ms, this.judge.endOf(socket.opening, socket.said) ?? Infinity);
    this.believed_until_ms = Math.min(this.believed_until_ms, believedUntil(socket.said));
  }
}
