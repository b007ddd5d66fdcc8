import type { Connection } from "partyserver";
import type { Document, DocumentExecutor } from "../../../domain/documents.ts";
import type { Failure } from "../../../domain/errors.ts";
import { LIVE_CLOSE, type LiveOpening, type LiveRequest, type LiveSubscribe } from "../../../domain/live.ts";
import type { Grant } from "../../core/engine.ts";
import type { LoggedEvent } from "../../core/journal.ts";
import { askAboutReaders } from "../ask_about_readers.ts";
import { closingFor } from "../socket_judge.ts";
import type { OrganizationState } from "../state.ts";
import { LiveQueryStore } from "./live_query_store.ts";
import { LiveRegistry } from "./live_registry.ts";
import type { LiveConnection, LiveSocket } from "./live_socket.ts";
import { refuseOpening } from "./openings.ts";
import { chargeLive, refuseLive } from "./refusals.ts";
import { LivePublisher } from "./publisher.ts";
import { LiveSubscriber } from "./subscriber.ts";
import { believedUntil, type AskLiveActor, type Said } from "./said.ts";

/** Asks whoever decides on a credential: this actor, or for a sandbox the live one. */
type Authenticate = (opening: LiveOpening, now: number) => Promise<Grant | { failure: Failure }>;

/**
 * The organization's GraphQL connections: each is a hibernating socket from the edge, over which subscriptions are told and documents run. The actor may sleep under all of them.
 */
export class LiveQueries {
  private readonly store: LiveQueryStore;
  private readonly registry: LiveRegistry;
  private readonly publisher: LivePublisher;
  private readonly subscriber: LiveSubscriber;

  constructor(
    private readonly state: OrganizationState,
    executor: DocumentExecutor,
    connections: () => Iterable<LiveConnection>,
    private readonly askLiveActor: AskLiveActor,
  ) {
    this.store = new LiveQueryStore(state.core.db, executor);
    this.registry = new LiveRegistry(state, this.store);
    this.publisher = new LivePublisher(state, this.registry, connections, (sockets) => this.askAgain(sockets));
    this.subscriber = new LiveSubscriber(state, executor, this.registry, this.publisher);
  }

  /** Why no further socket is accepted for a reader; null when it was paid for. */
  refusal(opening: LiveOpening, grant: Grant): Failure | null {
    this.publisher.begin();
    const pay = (): Failure | null => chargeLive(this.state.core, opening, grant, "graphql", 1).failure;
    return refuseOpening(this.registry, grant) ?? (opening.again ? null : pay());
  }

  /** Begins with a socket that was just accepted. `said`: what the live actor says of a sandbox's reader. */
  open(connection: LiveConnection, opening: LiveOpening, said: Said | null): void {
    this.publisher.begin();
    connection.setState({ opening, said, expires_at_ms: null, subscriptions: [] });
    const socket = this.registry.admit(connection, opening, said);
    if (socket) this.registry.sendReady(socket);
  }

  /** Does what the edge asks. Never throws. */
  async receive(connection: LiveConnection, text: string, authenticate: Authenticate): Promise<void> {
    const request = JSON.parse(text) as LiveRequest;
    if (request.type === "subscribe") this.publisher.begin();
    else this.publisher.wake();
    const socket = this.registry.find(connection);
    if (!socket) return;
    try {
      if (request.type === "complete") this.registry.drop(socket, request.n);
      else if (request.type === "execute") await this.execute(socket, request.n, request.document, authenticate);
      else if (socket.said) await this.subscribeInSandbox(socket, request, socket.said);
      else this.subscriber.subscribe(socket, request);
    } catch (error) {
      refuseLive(socket, request.n, error);
    }
  }

  closed(connection: Connection): void {
    this.registry.remove(connection as LiveConnection);
  }

  publish(events: readonly LoggedEvent[]): void {
    this.publisher.publish(events);
  }

  usageChanged(): void {
    this.publisher.usageChanged();
  }

  authorityChanged(): void {
    this.publisher.authorityChanged();
  }

  dataRemoved(): void {
    this.publisher.dataRemoved();
  }

  /** Before the log's oldest part goes. */
  daily(): void {
    this.publisher.wake();
    this.publisher.mark();
    this.registry.purge();
  }

  /** The organization is erased. */
  end(): void {
    this.publisher.wake();
    this.registry.closeAll({ code: LIVE_CLOSE.unauthenticated, reason: "The organization was deleted" });
  }

  private async execute(socket: LiveSocket, n: number, document: Document, authenticate: Authenticate): Promise<void> {
    const now = Date.now();
    const grant = await authenticate(socket.opening, now);
    if ("failure" in grant) {
      this.registry.close(socket, closingFor(grant.failure));
      return;
    }
    const result = await this.state.documents.execute({ ...socket.opening, documents: [document] }, grant, now);
    if (result.failure) socket.send("refused", n, null, JSON.stringify(result.failure));
    else socket.send("result", n, null, result.results[0]!);
  }

  /** The live actor is asked before anything begins. */
  private async subscribeInSandbox(socket: LiveSocket, request: LiveSubscribe, known: Said): Promise<void> {
    if (request.resumed && believedUntil(known) > Date.now()) return this.subscriber.subscribe(socket, request);
    socket.waiting.add(request.n);
    await this.askAgain([socket]);
    this.publisher.begin();
    if (socket.waiting.delete(request.n)) this.subscriber.subscribe(socket, request);
  }

  /** Asks the live actor again about these readers, each once. Never throws. */
  private askAgain(sockets: readonly LiveSocket[]): Promise<void> {
    return askAboutReaders(sockets, this.askLiveActor, (socket, said) => {
      // The edge opens it again, which asks as well.
      if (!said) this.registry.close(socket, { code: 1012, reason: "The organization's service cannot answer right now" });
      else if ("failure" in said) this.registry.close(socket, closingFor(said.failure));
      else this.registry.believe(socket, said);
    });
  }
}
