import type { Connection } from "partyserver";
import type { Document, DocumentExecutor } from "../../../domain/documents.ts";
import { invalid, OperationError, type Failure } from "../../../domain/errors.ts";
import { parsePosition, type LogPosition } from "../../../domain/events/event.ts";
import { logBounds } from "../../../domain/events/log.ts";
import { LIVE_CLOSE, type LiveOpening, type LiveRequest, type LiveSubscribe } from "../../../domain/live.ts";
import { rateLimited, type Grant } from "../../core/engine.ts";
import type { LoggedEvent } from "../../core/journal.ts";
import type { OrganizationState } from "../state.ts";
import type { LiveGroup } from "./live_group.ts";
import { LiveQueryStore } from "./live_query_store.ts";
import { closingFor, holds, LiveRegistry } from "./live_registry.ts";
import type { LiveConnection, LiveSocket } from "./live_socket.ts";
import { LivePublisher } from "./publisher.ts";

const SOCKETS_MAX = 10_000;
/** Distinct subscriptions: each costs an execution for each event that concerns it. */
const GROUPS_MAX = 1_000;

/** Asks whoever decides on a credential: this actor, or for a sandbox the live one. */
type Authenticate = (opening: LiveOpening, now: number) => Promise<Grant | { failure: Failure }>;

/**
 * The organization's GraphQL connections: each is a hibernating socket from the edge, over which subscriptions are told and documents run. The actor may sleep under all of them.
 */
export class LiveQueries {
  private readonly store: LiveQueryStore;
  private readonly registry: LiveRegistry;
  private readonly publisher: LivePublisher;

  constructor(
    private readonly state: OrganizationState,
    private readonly executor: DocumentExecutor,
    connections: () => Iterable<LiveConnection>,
  ) {
    this.store = new LiveQueryStore(state.core.db, executor);
    this.registry = new LiveRegistry(state, this.store);
    this.publisher = new LivePublisher(state, this.registry, connections);
  }

  /** Why no further socket is accepted; null while there is room. */
  refusal(): Failure | null {
    this.publisher.settle();
    if (this.registry.size < SOCKETS_MAX) return null;
    return {
      code: "UNAVAILABLE",
      message: `The organization has ${SOCKETS_MAX} live connections, the most it can; close some`,
      details: { limit: SOCKETS_MAX },
    };
  }

  /** Begins with a socket that was just accepted. `said`: what the live actor says of a sandbox's reader. */
  open(connection: LiveConnection, opening: LiveOpening, said: Grant | null): void {
    this.publisher.settle();
    connection.setState({ opening, said, expires_at_ms: null, subscriptions: [] });
    const socket = this.registry.admit(connection, opening, said);
    if (socket) this.registry.sendEnd(socket);
  }

  /** Does what the edge asks. Never throws. */
  async receive(connection: LiveConnection, text: string, authenticate: Authenticate): Promise<void> {
    const request = JSON.parse(text) as LiveRequest;
    if (request.type === "subscribe") this.publisher.settle();
    else this.publisher.wake();
    const socket = this.registry.find(connection);
    if (!socket) return;
    try {
      if (request.type === "complete") this.registry.drop(socket, request.n);
      else if (request.type === "subscribe") this.subscribe(socket, request);
      else await this.execute(socket, request.n, request.document, authenticate);
    } catch (error) {
      socket.send("refused", request.n, null, JSON.stringify(this.toFailure(error, socket)));
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

  /** Before the log's oldest part goes. */
  daily(): void {
    this.publisher.mark();
    this.registry.purge();
  }

  /** The organization is erased. */
  end(): void {
    this.publisher.settle();
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

  private subscribe(socket: LiveSocket, request: LiveSubscribe): void {
    const { n, document, resumed } = request;
    if (!resumed) this.charge(socket, document);
    const unregistered = this.state.documents.refuseUnregistered([document], socket.grant);
    if (unregistered) throw new OperationError(unregistered.code, unregistered.message, unregistered.details);
    const errors = socket.opening.schema_hash === this.executor.schema_hash ? null : this.executor.validate(document);
    if (errors !== null) {
      socket.send("error", n, null, JSON.stringify((JSON.parse(errors) as { errors: unknown }).errors));
      return;
    }
    const query = this.executor.subscription(document);
    const { scope, kind } = query;
    if (!holds(socket.grant, scope)) throw new OperationError("FORBIDDEN", `This credential lacks the scope ${scope}`, { required_scope: scope });
    const group = this.registry.groupFor(socket, this.store.add(request.identity, document, query));
    if (group.reader === null && this.registry.groups.size >= GROUPS_MAX)
      throw new OperationError("CONFLICT", "The organization follows too many different subscriptions", { limit: GROUPS_MAX });
    if (kind === "state") this.joinState(socket, n, group);
    else this.joinEvents(socket, n, group, this.placeFor(request.after ?? query.after));
  }

  private joinState(socket: LiveSocket, n: number, group: LiveGroup): void {
    const { id, json, final } = this.publisher.present(group, socket);
    socket.send("next", n, id, json);
    if (final) socket.send("complete", n, null);
    else this.join(socket, n, group, id);
  }

  /** Sends one page; who is at the log's end then is live from the same turn on. */
  private joinEvents(socket: LiveSocket, n: number, group: LiveGroup, after: LogPosition): void {
    const { answers, end, more } = this.publisher.page(group, socket, after);
    for (const { id, json } of answers) socket.send("next", n, id, json);
    if (answers.at(-1)?.final) socket.send("complete", n, null);
    else if (more) socket.send("behind", n, end);
    else this.join(socket, n, group, end);
  }

  private join(socket: LiveSocket, n: number, group: LiveGroup, place: string): void {
    this.registry.join(socket, n, group);
    socket.send("live", n, place);
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
  private charge({ grant, opening }: LiveSocket, { cost, operations }: Document): void {
    const { engine, meter } = this.state.core;
    const charge = engine.charge(grant, cost);
    const admitted = charge?.admitted ?? true;
    meter.record(grant.principal.id, opening.protocol, operations[0] ?? "graphql", admitted, admitted ? cost : 0);
    if (admitted) return;
    const { code, message, details } = rateLimited(charge!, cost);
    throw new OperationError(code, message, details);
  }

  private toFailure(error: unknown, { opening: { request_id } }: LiveSocket): Failure {
    if (error instanceof OperationError) return error.toFailure();
    console.error(JSON.stringify({ level: "error", request_id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }));
    return { code: "INTERNAL_ERROR", message: `Something failed on our side; report request ${request_id} if it persists`, details: {} };
  }
}
