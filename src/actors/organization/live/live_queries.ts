import type { Connection } from "partyserver";
import type { Document, DocumentExecutor } from "../../../domain/documents.ts";
import { invalid, OperationError, type Failure } from "../../../domain/errors.ts";
import { parsePosition, type LogPosition } from "../../../domain/events/event.ts";
import { logBounds } from "../../../domain/events/log.ts";
import { LIVE_CLOSE, type LaterPayload, type LiveOpening, type LiveRequest, type LiveSubscribe } from "../../../domain/live.ts";
import { rateLimited, type Charge, type Grant } from "../../core/engine.ts";
import type { LoggedEvent } from "../../core/journal.ts";
import type { OrganizationState } from "../state.ts";
import { CatchUps } from "./catch_ups.ts";
import { closingFor, holds } from "./judge.ts";
import type { LiveGroup } from "./live_group.ts";
import { LiveQueryStore } from "./live_query_store.ts";
import { LiveRegistry } from "./live_registry.ts";
import type { LiveConnection, LiveSocket } from "./live_socket.ts";
import { formatPosition } from "./log_window.ts";
import { refuseOpening } from "./openings.ts";
import { isMostlyWork, type Page } from "./pages.ts";
import { LivePublisher } from "./publisher.ts";
import { believedUntil, toSaid, type AskLiveActor, type Said } from "./said.ts";

/** Distinct subscriptions, of the organization and of one rate-limit bucket: each costs an execution for each event that concerns it. */
const GROUPS_MAX = 1_000;
const BUCKET_GROUPS_MAX = 100;
/** How many readers of a sandbox the live actor is asked about at a time. */
const ASKED_AT_ONCE = 20;
/** When whoever cannot pay for the next page asks for it again, where no bucket says. */
const LATER_S = 60;

/** Asks whoever decides on a credential: this actor, or for a sandbox the live one. */
type Authenticate = (opening: LiveOpening, now: number) => Promise<Grant | { failure: Failure }>;

/**
 * The organization's GraphQL connections: each is a hibernating socket from the edge, over which subscriptions are told and documents run. The actor may sleep under all of them.
 */
export class LiveQueries {
  private readonly store: LiveQueryStore;
  private readonly registry: LiveRegistry;
  private readonly publisher: LivePublisher;
  private readonly catch_ups = new CatchUps();

  constructor(
    private readonly state: OrganizationState,
    private readonly executor: DocumentExecutor,
    connections: () => Iterable<LiveConnection>,
    private readonly askLiveActor: AskLiveActor,
  ) {
    this.store = new LiveQueryStore(state.core.db, executor);
    this.registry = new LiveRegistry(state, this.store);
    this.publisher = new LivePublisher(state, this.registry, connections, (sockets) => this.askAgain(sockets));
  }

  /** Why no further socket is accepted for a reader; null when it was paid for. */
  refusal(opening: LiveOpening, grant: Grant): Failure | null {
    this.publisher.begin();
    const charge = (): Failure | null => this.charge(opening, grant, "graphql", 1).failure;
    return refuseOpening(this.registry, grant) ?? (opening.again ? null : charge());
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
      else this.subscribe(socket, request);
    } catch (error) {
      this.refuse(socket, request.n, error);
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
    if (request.resumed && believedUntil(known) > Date.now()) return this.subscribe(socket, request);
    socket.waiting.add(request.n);
    await this.askAgain([socket]);
    this.publisher.begin();
    if (socket.waiting.delete(request.n)) this.subscribe(socket, request);
  }

  /** Asks the live actor again about these readers, each once. Never throws. */
  private async askAgain(sockets: readonly LiveSocket[]): Promise<void> {
    const readers = Map.groupBy(sockets, ({ opening: { credential, ip, origin } }) => JSON.stringify([credential, ip, origin]));
    const waiting = [...readers.values()];
    while (waiting.length > 0) {
      const asked = waiting.splice(0, ASKED_AT_ONCE).map(async (same) => {
        const said = await this.askLiveActor(same[0]!.opening).then(toSaid, () => null);
        for (const socket of same) {
          // The edge opens it again, which asks as well.
          if (!said) this.registry.close(socket, { code: 1012, reason: "The organization's service cannot answer right now" });
          else if ("failure" in said) this.registry.close(socket, closingFor(said.failure));
          else this.registry.believe(socket, said);
        }
      });
      await Promise.all(asked);
    }
  }

  private subscribe(socket: LiveSocket, request: LiveSubscribe): void {
    const { n, document, resumed, identity } = request;
    const { opening, grant } = socket;
    if (!resumed) this.pay(socket, document);
    const unregistered = this.state.documents.refuseUnregistered([document], grant);
    if (unregistered) throw new OperationError(unregistered.code, unregistered.message, unregistered.details);
    const errors = opening.schema_hash === this.executor.schema_hash ? null : this.executor.validate(document);
    if (errors !== null) {
      socket.send("error", n, null, JSON.stringify((JSON.parse(errors) as { errors: unknown }).errors));
      return;
    }
    const query = this.executor.subscription(document);
    const { scope, kind } = query;
    if (!holds(grant, scope)) throw new OperationError("FORBIDDEN", `This credential lacks the scope ${scope}`, { required_scope: scope });
    const group = this.registry.groupFor(socket, { identity, document, query });
    this.requireRoom(socket, group);
    if (kind === "state") this.joinState(socket, request, group);
    else this.joinEvents(socket, request, group, this.placeFor(request.after ?? query.after));
  }

  private requireRoom({ bucket }: LiveSocket, group: LiveGroup): void {
    const { counts, groups } = this.registry;
    if (group.reader === null && groups.size >= GROUPS_MAX)
      throw new OperationError("CONFLICT", "The organization follows too many different subscriptions", { limit: GROUPS_MAX });
    if (!counts.follows(bucket, group) && counts.groupsOf(bucket) >= BUCKET_GROUPS_MAX)
      throw new OperationError("CONFLICT", `A credential follows at most ${BUCKET_GROUPS_MAX} different subscriptions; complete one first`, {
        limit: BUCKET_GROUPS_MAX,
      });
  }

  private joinState(socket: LiveSocket, request: LiveSubscribe, group: LiveGroup): void {
    const { answer, outdated } = this.publisher.present(group, socket);
    const { id, json, final } = answer;
    socket.send("next", request.n, id, json);
    if (final) socket.send("complete", request.n, null);
    else this.join(socket, request, group);
    if (outdated && !final) this.publisher.touch(group);
  }

  /** Sends one page, at once where nothing has to be read for it. */
  private joinEvents(socket: LiveSocket, request: LiveSubscribe, group: LiveGroup, after: LogPosition): void {
    const page = this.publisher.pageAtHand(group, after);
    if (page) return this.sendPage(socket, request, group, after, page);
    this.catch_ups.add(socket, request.n, () => {
      try {
        this.publisher.begin();
        if (this.registry.find(socket.connection) !== socket) return;
        // Authority or followers may have changed meanwhile.
        const now = this.registry.groupFor(socket, group.distinct);
        this.requireRoom(socket, now);
        this.sendPage(socket, request, now, after, this.publisher.pageAtHand(now, after) ?? this.publisher.page(now, socket, after));
      } catch (error) {
        this.refuse(socket, request.n, error);
      }
    });
  }

  /** Who is at the log's end then is live from the same turn on. */
  private sendPage(socket: LiveSocket, request: LiveSubscribe, group: LiveGroup, after: LogPosition, page: Page): void {
    const { n } = request;
    const { answers, end, more } = page;
    if (isMostlyWork(page)) {
      const { failure, charge } = this.charge(socket.opening, socket.grant, "graphql", 1);
      if (failure) {
        const later: LaterPayload = { retry_after_s: charge?.retry_after_s ?? LATER_S };
        socket.send("later", n, formatPosition(after), JSON.stringify(later));
        return;
      }
    }
    for (const { id, json } of answers) socket.send("next", n, id, json);
    if (answers.at(-1)?.final) socket.send("complete", n, null);
    else if (more || !this.publisher.isAtEnd(group)) socket.send("behind", n, formatPosition(end));
    else this.join(socket, request, group);
  }

  private join(socket: LiveSocket, { n, document }: LiveSubscribe, group: LiveGroup): void {
    const place = this.publisher.end;
    this.registry.join(socket, n, group, place, this.state.core.vault.sha256(document.query));
    socket.send("live", n, formatPosition(place));
  }

  /** Where the log is read from. */
  private placeFor(after: string | null): LogPosition {
    const { oldest, latest } = logBounds(this.state.core.db);
    if (after === null) return { sequence: latest, index: null };
    const place = parsePosition(after);
    if (!place) throw invalid("after", "a place in the log, such as 12 or 12.3");
    const next = place.index === null ? place.sequence + 1 : place.sequence;
    if (next >= oldest && place.sequence <= latest) return place;
    const details = { oldest_sequence: oldest, latest_sequence: latest };
    throw new OperationError("GONE", "The log does not reach there; read the present state and subscribe without `after`", details);
  }

  /** A subscription is paid for once, whatever it is told and however often it pauses. */
  private pay({ grant, opening }: LiveSocket, { cost, operations }: Document): void {
    const { failure } = this.charge(opening, grant, operations[0] ?? "graphql", cost);
    if (failure) throw new OperationError(failure.code, failure.message, failure.details);
  }

  private charge({ protocol }: LiveOpening, grant: Grant, operation: string, cost: number): { failure: Failure | null; charge: Charge | null } {
    const { engine, meter } = this.state.core;
    const charge = engine.charge(grant, cost);
    const admitted = charge?.admitted ?? true;
    meter.record(grant.principal.id, protocol, operation, admitted, admitted ? cost : 0);
    return { failure: admitted ? null : rateLimited(charge!, cost), charge };
  }

  private refuse(socket: LiveSocket, n: number, error: unknown): void {
    socket.send("refused", n, null, JSON.stringify(this.toFailure(error, socket)));
  }

  private toFailure(error: unknown, { opening: { request_id } }: LiveSocket): Failure {
    if (error instanceof OperationError) return error.toFailure();
    console.error(JSON.stringify({ level: "error", request_id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }));
    return { code: "INTERNAL_ERROR", message: `Something failed on our side; report request ${request_id} if it persists`, details: {} };
  }
}
