import type { Connection } from "partyserver";
import { errorLine } from "../../../domain/error_line.ts";
import { closeSocket, type Closing } from "../../../domain/live.ts";
import type { McpExecutor } from "../../../domain/mcp/executor.ts";
import { MCP_CLOSE, type McpFollow, type McpList, type McpOpening } from "../../../domain/mcp/stream.ts";
import { ownerOf } from "../../../domain/principal.ts";
import type { Grant } from "../../core/engine.ts";
import type { Said } from "../live/said.ts";
import type { SocketJudge } from "../socket_judge.ts";
import { readOpening } from "../../rpc.ts";
import type { Changes } from "./changes.ts";
import { Follower, scopesText, type FollowerState, type McpConnection } from "./follower.ts";
import { FollowerIndex, type Taken } from "./follower_index.ts";
import type { SubscriptionStore } from "./subscription_store.ts";

const ALL_LISTS: readonly McpList[] = ["tools", "resources", "prompts"];

/** What becomes of followers. */
export interface FollowerEvents {
  /** One that outlived the actor's memory is here again. */
  restored(follower: Follower): void;
  /** What it may do is not what it was told. */
  scopesChanged(follower: Follower): void;
  /** It may not stay. */
  refused(follower: Follower, closing: Closing): void;
}

/** Who follows what over an inner socket, rebuilt from the sockets' attachments after a wake-up. */
export class Followers {
  /** Null: the sockets that outlived the actor's memory were not taken up yet. */
  private index: FollowerIndex | null = null;
  private stale = false;
  /** The next moment at which a credential ends. */
  private next_end_ms = Infinity;

  constructor(
    private readonly judge: SocketJudge,
    private readonly executor: McpExecutor,
    private readonly subscriptions: SubscriptionStore,
    private readonly connections: () => Iterable<McpConnection>,
    private readonly events: FollowerEvents,
  ) {}

  /** Everybody. */
  get all(): ReadonlyMap<string, Follower> {
    return this.known.all;
  }

  has({ connection }: Follower): boolean {
    return this.index?.all.has(connection.id) ?? false;
  }

  /** What all take together. */
  taken(): Readonly<Taken> {
    return this.known.taken();
  }

  takenBy(owner: string): Readonly<Taken> {
    return this.known.takenBy(owner);
  }

  /** Whom changes may concern. */
  concerned(changes: Changes): Set<Follower> {
    return this.known.concerned(changes);
  }

  /** Takes in a socket that was just accepted, or closes it and returns null. One that follows the same is replaced. */
  enter(connection: McpConnection, opening_text: string, said: Said | null): Follower | null {
    const opening = readOpening<McpOpening>(opening_text);
    const grant = this.judge.judge(opening, said);
    if ("code" in grant) {
      closeSocket(connection, grant);
      return null;
    }
    const replaced = this.findSame(opening.follow);
    if (replaced) this.close(replaced, { code: MCP_CLOSE.replaced, reason: "Another stream took its place" });
    const sent = opening.follow.kind === "call" ? opening.follow.after : 0;
    const owner = ownerOf(grant.principal);
    const state = { opening: opening_text, said, owner, scopes: scopesText(grant), place: null, sent };
    const follower = new Follower(connection, opening, state);
    this.known.add(follower);
    follower.save();
    this.regrant(follower, grant);
    return follower;
  }

  remove(connection: Connection): void {
    this.index?.remove(connection.id);
  }

  close(follower: Follower, closing: Closing): void {
    this.remove(follower.connection);
    if (!follower.isOpen) return;
    // What is left without state was closed here: nobody left.
    follower.connection.setState(null);
    closeSocket(follower.connection, closing);
  }

  closeAll(closing: Closing): void {
    for (const follower of this.all.values()) this.close(follower, closing);
  }

  ofSession(session_id: string): Follower | null {
    return this.known.find(session_id);
  }

  ofCall(call_id: string): Follower | null {
    return this.known.find(call_id);
  }

  /** What decides who may read what has changed: everybody is judged again before anything is told. */
  invalidate(): void {
    this.stale = true;
  }

  /** Where a credential ended or authority changed: puts out who may not stay, and sees who may do something else now. */
  judgeAgain(now: number): void {
    const { all } = this;
    if (!this.stale && now < this.next_end_ms) return;
    this.stale = false;
    this.next_end_ms = Infinity;
    for (const follower of all.values()) {
      const grant = this.judge.judge(follower.opening, follower.state.said);
      if ("code" in grant) this.refuse(follower, grant);
      else this.regrant(follower, grant);
    }
  }

  /** What it follows is not what it was. */
  refresh(follower: Follower): void {
    const { follow } = follower.opening;
    if (follow.kind === "call") return;
    const uris = follow.kind === "listen" ? follow.uris : this.subscriptions.of(follow.session_id);
    const by_topic = new Map<string, string[]>();
    for (const uri of new Set(uris)) {
      const topic = this.executor.topicOf(uri, follower.grant!.principal, follower.opening.view);
      if (topic !== null) by_topic.set(topic, [...(by_topic.get(topic) ?? []), uri]);
    }
    this.known.watch(follower, follow.kind === "listen" ? follow.lists : ALL_LISTS, by_topic);
  }

  /** What the live actor says of a reader now: it is judged by that before anything more is told. */
  believe(follower: Follower, said: Said): void {
    follower.state.said = said;
    follower.save();
    this.stale = true;
  }

  private get known(): FollowerIndex {
    if (!this.index) {
      this.index = new FollowerIndex();
      for (const connection of this.connections()) this.takeUp(this.index, connection);
      const restored = [...this.index.all.values()];
      this.stale = true;
      this.judgeAgain(Date.now());
      for (const follower of restored) if (this.has(follower)) this.events.restored(follower);
    }
    return this.index;
  }

  private takeUp(index: FollowerIndex, connection: McpConnection): void {
    if (!connection.state) return;
    try {
      const state = { ...(connection.state as FollowerState) };
      index.add(new Follower(connection, readOpening<McpOpening>(state.opening), state));
    } catch (error) {
      console.error(errorLine({}, error));
      closeSocket(connection, { code: 1011, reason: "What this stream follows cannot be read; connect again" });
    }
  }

  /** What is followed is looked at again only where the reader may read something else than before. */
  private regrant(follower: Follower, grant: Grant): void {
    const scopes = scopesText(grant);
    const is_known = follower.grant !== null && scopes === scopesText(follower.grant);
    follower.grant = grant;
    this.next_end_ms = Math.min(this.next_end_ms, this.judge.endOf(follower.opening, follower.state.said) ?? Infinity);
    if (!is_known) this.refresh(follower);
    if (scopes === follower.state.scopes) return;
    follower.state.scopes = scopes;
    follower.save();
    this.events.scopesChanged(follower);
  }

  private refuse(follower: Follower, closing: Closing): void {
    this.events.refused(follower, closing);
    this.close(follower, closing);
  }

  private findSame(follow: McpFollow): Follower | null {
    if (follow.kind === "session") return this.ofSession(follow.session_id);
    return follow.kind === "call" ? this.ofCall(follow.call_id) : null;
  }
}
