import type { Connection } from "partyserver";
import { sessionEventId, type McpChange, type McpFrame, type McpList, type McpOpening } from "../../../domain/mcp/stream.ts";
import type { Grant } from "../../core/engine.ts";
import type { Said } from "../live/said.ts";
import type { Changes } from "./changes.ts";

/** A change is told to one socket so often. */
const CHANGE_MS = 1_000;

/** Kept with the socket through hibernation, and gone with it. */
export interface FollowerState {
  /** Whose it is. */
  owner: string;
  /** The McpOpening as it came: one byte for each character. */
  opening: string;
  /** What the live actor said of a sandbox's reader; null where this actor decides itself. */
  said: Said | null;
  /** What the reader may do, as the socket was told. */
  scopes: string;
  /** Of a session that is still being told what the log has: up to where it was told; null once it is live. */
  place: number | null;
  /** Of a call: how many of its messages were sent. */
  sent: number;
}

export type McpConnection = Connection<FollowerState>;

/** An inner socket from the edge: one client's stream. */
export class Follower {
  /** Changes to be told, each with the sequence of the first event that made it. */
  private readonly pending = new Map<string, { change: McpChange; sequence: number }>();
  private readonly told_at_ms = new Map<string, number>();
  /** URIs that are followed, by what their content depends on. */
  private uris_by_topic = new Map<string, string[]>();
  lists: ReadonlySet<McpList> = new Set();
  /** How many URIs it follows. */
  followed = 0;
  /** As it was judged last; null before the first time. */
  grant: Grant | null = null;

  constructor(
    readonly connection: McpConnection,
    readonly opening: McpOpening,
    readonly state: FollowerState,
  ) {}

  get isOpen(): boolean {
    return this.connection.readyState === WebSocket.OPEN;
  }

  get topics(): Iterable<string> {
    return this.uris_by_topic.keys();
  }

  /** Sets what it is told of; the index's alone to call. */
  watch(lists: Iterable<McpList>, uris_by_topic: Map<string, string[]>): void {
    this.lists = new Set(lists);
    this.uris_by_topic = uris_by_topic;
    this.followed = [...uris_by_topic.values()].reduce((sum, uris) => sum + uris.length, 0);
  }

  /** Notes what has changed, where it concerns it. Returns whether it does. */
  note({ topics, lists }: Changes): boolean {
    const before = this.pending.size;
    for (const list of this.lists) this.add({ kind: "list", list }, lists.get(list));
    for (const [topic, uris] of this.uris_by_topic) for (const uri of uris) this.add({ kind: "resource", uri }, topics.get(topic));
    return this.pending.size > before;
  }

  /** Everything that it follows may have changed. */
  noteAll(): void {
    const first = <Name>(names: Iterable<Name>): Map<Name, number> => new Map([...names].map((name) => [name, 0]));
    this.note({ topics: first(this.topics), lists: first(this.lists) });
  }

  /** Tells the changes that are due, all in one frame. Returns how many those were, and when the next is due; null where nothing is left to be told. */
  tell(now: number, head: number): { told: number; next: number | null } {
    for (const [key, at] of this.told_at_ms) if (at + CHANGE_MS <= now) this.told_at_ms.delete(key);
    const changes: McpChange[] = [];
    let next: number | null = null;
    for (const [key, { change }] of this.pending) {
      const told_at = this.told_at_ms.get(key);
      if (told_at !== undefined) {
        next = Math.min(next ?? Infinity, told_at + CHANGE_MS);
        continue;
      }
      this.pending.delete(key);
      this.told_at_ms.set(key, now);
      changes.push(change);
    }
    if (changes.length > 0) this.send({ type: "changes", id: this.placeId(head), changes });
    return { told: changes.length, next };
  }

  /** Where a client that was told everything so far goes on from; null where it cannot. */
  placeId(head: number): string | null {
    if (this.opening.follow.kind !== "session") return null;
    const untold = [...this.pending.values()].map(({ sequence }) => sequence - 1);
    return sessionEventId(Math.max(0, Math.min(this.state.place ?? head, ...untold)));
  }

  send(frame: McpFrame): void {
    this.write(JSON.stringify(frame));
  }

  /** A frame that is written already. A socket that breaks meanwhile is no concern of others': its close is on the way. */
  write(frame: string): void {
    if (!this.isOpen) return;
    try {
      this.connection.send(frame);
    } catch (error) {
      console.warn(JSON.stringify({ level: "warn", request_id: this.opening.request_id, error: String(error) }));
    }
  }

  /** Writes down what a wake-up must find. */
  save(): void {
    if (this.isOpen) this.connection.setState(this.state);
  }

  private add(change: McpChange, sequence: number | undefined): void {
    if (sequence === undefined) return;
    const key = change.kind === "list" ? change.list : `uri ${change.uri}`;
    if (!this.pending.has(key)) this.pending.set(key, { change, sequence });
  }
}

/** Scopes as text, to see whether they changed. */
export function scopesText({ principal }: Grant): string {
  return principal.scopes === "all" ? "all" : principal.scopes.toSorted().join(" ");
}
