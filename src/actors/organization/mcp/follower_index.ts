import type { McpFollow, McpList } from "../../../domain/mcp/stream.ts";
import type { Changes } from "./changes.ts";
import type { Follower } from "./follower.ts";

/** What is taken of what there is room for. */
export interface Taken {
  /** Streams of sessions and listeners. */
  streams: number;
  /** Streams of calls. */
  calls: number;
  /** URIs that those streams follow. */
  uris: number;
}

/** Followers by all that they are looked for by, and how much each owner takes: nothing here walks through everybody. */
export class FollowerIndex {
  private readonly by_connection = new Map<string, Follower>();
  /** By the session or call that is followed. */
  private readonly by_id = new Map<string, Follower>();
  /** By topics and lists. */
  private readonly by_change = new Map<string, Set<Follower>>();
  private readonly by_owner = new Map<string, Taken>();
  private readonly total: Taken = { streams: 0, calls: 0, uris: 0 };

  get all(): ReadonlyMap<string, Follower> {
    return this.by_connection;
  }

  find(id: string): Follower | null {
    return this.by_id.get(id) ?? null;
  }

  taken(): Readonly<Taken> {
    return this.total;
  }

  takenBy(owner: string): Readonly<Taken> {
    return this.by_owner.get(owner) ?? { streams: 0, calls: 0, uris: 0 };
  }

  add(follower: Follower): void {
    this.by_connection.set(follower.connection.id, follower);
    const id = followedId(follower.opening.follow);
    if (id !== null) this.by_id.set(id, follower);
    this.count(follower, 1, 0);
  }

  remove(connection_id: string): void {
    const follower = this.by_connection.get(connection_id);
    if (!follower) return;
    this.watch(follower, [], new Map());
    this.by_connection.delete(connection_id);
    const id = followedId(follower.opening.follow);
    if (id !== null && this.by_id.get(id) === follower) this.by_id.delete(id);
    this.count(follower, -1, 0);
  }

  /** Sets what one is told of. */
  watch(follower: Follower, lists: readonly McpList[], uris_by_topic: Map<string, string[]>): void {
    const before = follower.followed;
    for (const key of changesOf(follower)) {
      const watching = this.by_change.get(key);
      watching?.delete(follower);
      if (watching?.size === 0) this.by_change.delete(key);
    }
    follower.watch(lists, uris_by_topic);
    for (const key of changesOf(follower)) {
      const watching = this.by_change.get(key);
      if (watching) watching.add(follower);
      else this.by_change.set(key, new Set([follower]));
    }
    this.count(follower, 0, follower.followed - before);
  }

  /** Whom a change may concern. */
  concerned({ topics, lists }: Changes): Set<Follower> {
    const found = new Set<Follower>();
    const add = (key: string): void => this.by_change.get(key)?.forEach((follower) => found.add(follower));
    for (const topic of topics.keys()) add(topicKey(topic));
    for (const list of lists.keys()) add(listKey(list));
    return found;
  }

  private count({ state: { owner }, opening: { follow } }: Follower, sockets: number, uris: number): void {
    const own = { ...this.takenBy(owner) };
    for (const taken of [own, this.total]) {
      taken[follow.kind === "call" ? "calls" : "streams"] += sockets;
      taken.uris += uris;
    }
    if (own.streams + own.calls === 0) this.by_owner.delete(owner);
    else this.by_owner.set(owner, own);
  }
}

function followedId(follow: McpFollow): string | null {
  if (follow.kind === "listen") return null;
  return follow.kind === "call" ? follow.call_id : follow.session_id;
}

function changesOf({ topics, lists }: Follower): string[] {
  return [...[...topics].map(topicKey), ...[...lists].map(listKey)];
}

const topicKey = (topic: string): string => `topic ${topic}`;
const listKey = (list: McpList): string => `list ${list}`;
