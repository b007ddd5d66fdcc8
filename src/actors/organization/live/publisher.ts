import { errorLine } from "../../../domain/error_line.ts";
import type { DocumentHost, LiveAnswer } from "../../../domain/documents.ts";
import type { LogPosition } from "../../../domain/events/event.ts";
import { latestSequence } from "../../../domain/events/log.ts";
import type { LoggedEvent } from "../../core/journal.ts";
import type { OrganizationState } from "../state.ts";
import { sameContent, type LiveGroup } from "./live_group.ts";
import type { LiveRegistry } from "./live_registry.ts";
import type { LiveConnection, LiveSocket } from "./live_socket.ts";
import { formatPosition, LogWindow } from "./log_window.ts";
import { PageCache, readPage, type Page } from "./pages.ts";
import { ShownStates } from "./shown_states.ts";

/** Work of one turn of the event loop, in the measure of `Page.work`; the rest follows in the next turns, with others' requests in between. A clock would not do: it stands still during a turn. */
const TURN_WORK_MAX = 250;
/** To look whether the log has anything for a group, and to make a state's answer. */
const LOOK_WORK = 1;
const SHOW_WORK = 50;

/** Asks the live actor about the readers of a sandbox again. */
type AskAgain = (sockets: readonly LiveSocket[]) => Promise<void>;

/**
 * Tells live subscriptions what happens. Commits are told together a moment later, so that no writer waits for readers; each group's answers are made once. Everything is read from
 * the log, by each group from the place that it was told up to: whoever joins one joins at its place, so that there is no gap and no duplicate.
 */
export class LivePublisher {
  private readonly pages = new PageCache();
  private readonly shown = new ShownStates();
  /** The log's end, as of the last look. Null: the sockets still have to be taken up. */
  private head: number | null = null;
  private scheduled = false;
  private asking = false;
  private marking = false;
  private states_outdated = false;
  /** Groups that were not told everything yet, and states whose next answer is due, in the order of their turn. */
  private readonly behind = new Set<LiveGroup>();
  private readonly due = new Set<LiveGroup>();

  constructor(
    private readonly state: OrganizationState,
    private readonly registry: LiveRegistry,
    private readonly connections: () => Iterable<LiveConnection>,
    private readonly askAgain: AskAgain,
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

  /** What pages and states were made of is gone, which no event need tell. */
  dataRemoved(): void {
    this.pages.clear();
    this.shown.clear();
    this.states_outdated = true;
    this.schedule();
  }

  /** Looks at who may be here and what there is to tell: before anybody comes, and before anything is told. */
  begin(): void {
    this.wake();
    this.touchStates(this.registry.judgeAgain(Date.now()));
    if (this.states_outdated) this.touchStates(this.registry.groups.values());
    this.states_outdated = false;
    const latest = latestSequence(this.state.core.db);
    if (latest === this.head) return;
    this.head = latest;
    for (const group of this.registry.groups.values()) this.behind.add(group);
    if (this.behind.size > 0) this.schedule();
  }

  /** The log's end. */
  get end(): LogPosition {
    return { sequence: this.head!, index: null };
  }

  /** Has everybody who follows events told how far they have come although nothing was for them: the log before that may go. */
  mark(): void {
    this.marking = true;
    this.schedule();
  }

  private sendMarks(): void {
    this.marking = false;
    for (const { query, subscriptions, place } of this.registry.groups.values()) {
      if (query.kind === "events") for (const { socket, n } of subscriptions) socket.send("live", n, formatPosition(place));
    }
  }

  /** What a group is told of the log after a place, where that costs nothing: it is at the log's end, or somebody else just read it. */
  pageAtHand(group: LiveGroup, after: LogPosition): Page | null {
    if (formatPosition(after) === formatPosition(this.end)) return { answers: [], end: after, more: false, work: 0 };
    return this.pages.find(group.name, after, this.head!);
  }

  /** Reads it. */
  page(group: LiveGroup, reader: LiveSocket, after: LogPosition): Page {
    const page = readPage(group.query, this.host(reader), this.window(), after);
    this.pages.add(group.name, after, this.head!, page);
    return page;
  }

  /** Whether whoever was told everything up to the log's end can come into a group now, which may itself have to be told first. */
  isAtEnd(group: LiveGroup): boolean {
    if (group.reader && group.query.kind === "events") this.advance(group, this.window());
    return group.reader === null || group.query.kind === "state" || formatPosition(group.place) === formatPosition(this.end);
  }

  /** The present state for who comes now, of a moment ago where it was just made: then the group is told the latest once its interval is over. */
  present(group: LiveGroup, reader: LiveSocket): { answer: LiveAnswer; outdated: boolean } {
    const known = this.shown.find(group, this.head!);
    const { answer, sequence, at_ms } = known ?? this.show(group, reader);
    if (group.reader === null) {
      group.told = answer;
      group.told_at_ms = at_ms;
    } else if (group.told && !sameContent(group.told, answer)) group.told = null;
    return { answer, outdated: sequence !== this.head };
  }

  /** A state changed: it is told now, or when its interval is over. */
  touch(group: LiveGroup): void {
    if (this.due.has(group)) return;
    group.timer ??= setTimeout(
      () => {
        group.timer = null;
        this.due.add(group);
        this.schedule();
      },
      Math.max(0, group.told_at_ms + group.query.interval_ms - Date.now()),
    );
  }

  /** Takes up the sockets that outlived the actor's memory, which were told everything up to `head`. */
  wake(head?: number): void {
    if (this.head !== null) return;
    this.head = head ?? latestSequence(this.state.core.db);
    this.registry.restore(this.connections(), this.end);
  }

  /** Runs after whatever is happening now. */
  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setTimeout(() => {
      this.scheduled = false;
      if (!this.state.erased) this.run();
    }, 0);
  }

  private run(): void {
    this.begin();
    if (this.registry.groups.size === 0 || this.asking || this.asksAgain()) return;
    const log = this.window();
    let work = 0;
    for (const group of this.behind) {
      if (work >= TURN_WORK_MAX) break;
      this.behind.delete(group);
      if (group.reader) work += this.advance(group, log);
    }
    for (const group of this.due) {
      if (work >= TURN_WORK_MAX) break;
      this.due.delete(group);
      if (!group.reader) continue;
      this.guard(group, () => this.tellState(group));
      work += SHOW_WORK;
    }
    if (this.marking && this.behind.size === 0) this.sendMarks();
    if (this.behind.size > 0 || this.due.size > 0) this.schedule();
  }

  /** Whether the live actor has to be asked about readers first; what there is to tell waits for it. */
  private asksAgain(): boolean {
    const sockets = this.registry.unbelieved(Date.now());
    if (sockets.length === 0) return false;
    this.asking = true;
    void this.askAgain(sockets).finally(() => {
      this.asking = false;
      this.schedule();
    });
    return true;
  }

  private touchStates(groups: Iterable<LiveGroup>): void {
    for (const group of groups) if (group.query.kind === "state") this.touch(group);
  }

  /** Tells a group what the log has for it, as far as that goes in one go. Returns the work. */
  private advance(group: LiveGroup, log: LogWindow): number {
    const { query, place } = group;
    let work = LOOK_WORK;
    if (formatPosition(place) === formatPosition(this.end)) return work;
    this.guard(group, () => {
      if (query.kind === "events") {
        const page = readPage(query, this.host(group.reader!), log, place);
        work += page.work;
        this.tell(group, page);
      } else {
        group.place = this.end;
        if (group.timer === null && log.concerns(query, place)) this.touch(group);
      }
    });
    return work;
  }

  /** Who is told a full page comes for more when it is ready for that; a page that is not full goes on in another turn. */
  private tell(group: LiveGroup, { answers, end, more }: Page): void {
    for (const answer of answers) group.tell(answer);
    group.place = end;
    if (answers.at(-1)?.final) this.registry.dropAll(group, "complete", null);
    else if (more && answers.length > 0) this.registry.dropAll(group, "behind", formatPosition(end));
    else if (more) {
      this.behind.add(group);
      this.schedule();
    }
  }

  private tellState(group: LiveGroup): void {
    const { answer, at_ms } = this.show(group, group.reader!);
    group.told_at_ms = at_ms;
    const { told } = group;
    group.told = answer;
    if (answer.final || !told || !sameContent(told, answer)) group.tell(answer);
    if (answer.final) this.registry.dropAll(group, "complete", null);
  }

  private show(group: LiveGroup, reader: LiveSocket): { answer: LiveAnswer; sequence: number; at_ms: number } {
    const shown = { answer: group.query.show(this.host(reader), this.head!), sequence: this.head!, at_ms: Date.now() };
    this.shown.set(group.name, shown);
    return shown;
  }

  /** What fails in one group is no other's concern. */
  private guard(group: LiveGroup, work: () => void): void {
    try {
      work();
    } catch (error) {
      const request_id = group.reader?.opening.request_id ?? "";
      console.error(errorLine({ request_id }, error));
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
}
