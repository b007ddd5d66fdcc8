import type { DocumentHost, LiveAnswer } from "../../../domain/documents.ts";
import type { LogPosition } from "../../../domain/events/event.ts";
import { latestSequence } from "../../../domain/events/log.ts";
import type { LoggedEvent } from "../../core/journal.ts";
import type { OrganizationState } from "../state.ts";
import type { LiveGroup } from "./live_group.ts";
import type { LiveRegistry } from "./live_registry.ts";
import type { LiveConnection, LiveSocket } from "./live_socket.ts";
import { LogWindow } from "./log_window.ts";
import { PageCache, readPage, type Page } from "./pages.ts";

/** How long a present state is good for who comes while nothing happens. */
const PRESENT_MAX_AGE_MS = 1_000;

/**
 * Tells live subscriptions what happens. Commits are told together a moment later, so that no writer waits for readers; each group's answers are made once. Everything is read from
 * the log: a subscription joins at the place that everybody else has been told up to, so that there is no gap and no duplicate.
 */
export class LivePublisher {
  private readonly pages = new PageCache();
  /** Everything up to here was told to everybody who is live. Null: not known yet, the sockets still have to be taken up. */
  private head: number | null = null;
  private scheduled = false;

  constructor(
    private readonly state: OrganizationState,
    private readonly registry: LiveRegistry,
    private readonly connections: () => Iterable<LiveConnection>,
  ) {}

  publish(events: readonly LoggedEvent[]): void {
    this.wake(events[0]!.seq - 1);
    if (this.registry.groups.size > 0) this.schedule();
  }

  /** A request was counted, which no event tells of. */
  usageChanged(): void {
    this.wake();
    for (const group of this.registry.usage_groups) this.touch(group);
  }

  authorityChanged(): void {
    this.registry.invalidate();
    this.schedule();
  }

  /** Tells everything that happened until now, after which a subscription can join. */
  settle(): void {
    this.scheduled = false;
    this.wake();
    for (const group of this.registry.judgeAgain(Date.now())) if (group.query.kind === "state") this.touch(group);
    const place: LogPosition = { sequence: this.head!, index: null };
    this.head = this.latest();
    if (this.registry.groups.size === 0 || place.sequence === this.head) return;
    const log = this.window();
    for (const group of this.registry.groups.values()) {
      this.guard(group, () => {
        if (group.query.kind === "events") this.tell(group, readPage(group.query, this.host(group.reader!), log, place));
        else if (group.timer === null && log.concerns(group.query, place)) this.touch(group);
      });
    }
  }

  /** Tells who follows events how far they have come although nothing was for them: the log before that may go. */
  mark(): void {
    this.settle();
    for (const { query, subscriptions } of this.registry.groups.values()) {
      if (query.kind === "events") for (const { socket, n } of subscriptions) socket.send("live", n, String(this.head));
    }
  }

  /** What a group is told of the log after a place; readers that catch up together share the pages. */
  page(group: LiveGroup, reader: LiveSocket, after: LogPosition): Page {
    return this.pages.get(group.name, after, this.head!, () => readPage(group.query, this.host(reader), this.window(), after));
  }

  /** The present state, for who comes now. */
  present(group: LiveGroup, reader: LiveSocket): LiveAnswer {
    const { shown } = group;
    if (shown && shown.sequence === this.head && Date.now() - shown.at_ms < PRESENT_MAX_AGE_MS) return shown.answer;
    return this.show(group, reader);
  }

  /** Runs after whatever is happening now. */
  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setTimeout(() => {
      if (this.scheduled && !this.state.erased) this.settle();
    }, 0);
  }

  /** Takes up the sockets that outlived the actor's memory, which were told everything up to `head`. */
  wake(head?: number): void {
    if (this.head !== null) return;
    this.head = head ?? this.latest();
    this.registry.restore(this.connections());
  }

  private tell(group: LiveGroup, { answers, end, more }: Page): void {
    for (const answer of answers) group.tell(answer);
    if (answers.at(-1)?.final) this.registry.dropAll(group, "complete", null);
    else if (more) this.registry.dropAll(group, "behind", end);
  }

  /** A state changed: it is told now, or when its interval is over. */
  private touch(group: LiveGroup): void {
    group.timer ??= setTimeout(
      () => {
        if (this.state.erased) return;
        this.settle();
        group.timer = null;
        if (group.reader) this.guard(group, () => this.tellState(group));
      },
      Math.max(0, group.told_at_ms + group.query.interval_ms - Date.now()),
    );
  }

  private tellState(group: LiveGroup): void {
    const answer = this.show(group, group.reader!);
    group.told_at_ms = Date.now();
    group.tell(answer);
    if (answer.final) this.registry.dropAll(group, "complete", null);
  }

  private show(group: LiveGroup, reader: LiveSocket): LiveAnswer {
    const answer = group.query.show(this.host(reader), this.head!);
    group.shown = { answer, sequence: this.head!, at_ms: Date.now() };
    return answer;
  }

  /** What fails in one group is no other's concern. */
  private guard(group: LiveGroup, work: () => void): void {
    try {
      work();
    } catch (error) {
      const request_id = group.reader?.opening.request_id ?? "";
      console.error(JSON.stringify({ level: "error", request_id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }));
      const failure = { code: "INTERNAL_ERROR", message: "Something failed on our side; subscribe again", details: {} };
      this.registry.dropAll(group, "refused", null, JSON.stringify(failure));
    }
  }

  private host({ opening, grant }: LiveSocket): DocumentHost {
    return this.state.documents.liveHost(opening, grant, Date.now());
  }

  private window(): LogWindow {
    return new LogWindow(this.state.core.db, this.state.organization().id);
  }

  private latest(): number {
    return latestSequence(this.state.core.db);
  }
}
