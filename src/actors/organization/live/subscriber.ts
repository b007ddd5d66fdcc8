import type { Document, DocumentExecutor } from "../../../domain/documents.ts";
import { invalid, OperationError } from "../../../domain/errors.ts";
import { parsePosition, type LogPosition } from "../../../domain/events/event.ts";
import { logBounds, reaches } from "../../../domain/events/log.ts";
import type { LaterPayload, LiveSubscribe } from "../../../domain/live.ts";
import type { OrganizationState } from "../state.ts";
import { CatchUps } from "./catch_ups.ts";
import { holds } from "./judge.ts";
import type { LiveGroup } from "./live_group.ts";
import type { DistinctQuery } from "./live_query_store.ts";
import type { LiveRegistry } from "./live_registry.ts";
import type { LiveSocket } from "./live_socket.ts";
import { formatPosition } from "./log_window.ts";
import { isMostlyWork, type Page } from "./pages.ts";
import type { LivePublisher } from "./publisher.ts";
import { chargeLive, refuseLive } from "./refusals.ts";

/** Distinct subscriptions, of the organization and of one rate-limit bucket: each costs an execution for each event that concerns it. */
const GROUPS_MAX = 1_000;
const BUCKET_GROUPS_MAX = 100;
/** When whoever cannot pay for the next page asks for it again, where no bucket says. */
const LATER_S = 60;

/** Begins subscriptions: from the present, or page by page from a place in the log until they are live. */
export class LiveSubscriber {
  private readonly catch_ups = new CatchUps();

  constructor(
    private readonly state: OrganizationState,
    private readonly executor: DocumentExecutor,
    private readonly registry: LiveRegistry,
    private readonly publisher: LivePublisher,
  ) {}

  /** Answers a subscription that may begin, or throws OperationError. */
  subscribe(socket: LiveSocket, request: LiveSubscribe): void {
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
        return this.catchUp(socket, request, group.distinct, after);
      } catch (error) {
        refuseLive(socket, request.n, error);
        return true;
      }
    });
  }

  /** Sends the page that was waited for, since when authority or followers may have changed. Returns whether it was read. */
  private catchUp(socket: LiveSocket, request: LiveSubscribe, distinct: DistinctQuery, after: LogPosition): boolean {
    this.publisher.begin();
    if (this.registry.find(socket.connection) !== socket) return false;
    const group = this.registry.groupFor(socket, distinct);
    this.requireRoom(socket, group);
    const at_hand = this.publisher.pageAtHand(group, after);
    this.sendPage(socket, request, group, after, at_hand ?? this.publisher.page(group, socket, after));
    return at_hand === null;
  }

  /** Who is at the log's end then is live from the same turn on. */
  private sendPage(socket: LiveSocket, request: LiveSubscribe, group: LiveGroup, after: LogPosition, page: Page): void {
    const { n } = request;
    const { answers, end, more } = page;
    if (isMostlyWork(page)) {
      const { failure, charge } = chargeLive(this.state.core, socket.opening, socket.grant, "graphql", 1);
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
    if (reaches(this.state.core.db, place)) return place;
    const details = { oldest_sequence: oldest, latest_sequence: latest };
    throw new OperationError("GONE", "The log does not reach there; read the present state and subscribe without `after`", details);
  }

  /** A subscription is paid for once, whatever it is told and however often it pauses. */
  private pay({ grant, opening }: LiveSocket, { cost, operations }: Document): void {
    const { failure } = chargeLive(this.state.core, opening, grant, operations[0] ?? "graphql", cost);
    if (failure) throw new OperationError(failure.code, failure.message, failure.details);
  }
}
