import type { DocumentHost, LiveAnswer, LiveQuery } from "../../../domain/documents.ts";
import type { LogPosition } from "../../../domain/events/event.ts";
import { BoundedMap } from "../../../domain/bounded_map.ts";
import { formatPosition, type LogWindow } from "./log_window.ts";

/** A page is full with so many answers or so much of their text, and ends after so many events whoever they are for. */
const PAGE_ANSWERS_MAX = 100;
const PAGE_BYTES_MAX = 262_144;
const PAGE_EVENTS_MAX = 2_000;
/** Events that are read and executed in one go; the latter is what a page can be too large by. */
const EVENTS_AT_ONCE = 200;
const EXECUTED_AT_ONCE = 25;

/** How long a page is good for others who come to the same place, and how many are kept. */
const PAGE_MAX_AGE_MS = 1_000;
const PAGES_MAX = 64;

/** Answers to what the log has after a place. */
export interface Page {
  answers: LiveAnswer[];
  /** Everything up to here was looked at. */
  end: string;
  /** The log goes on. */
  more: boolean;
}

/** Reads one page of the log through a query. */
export function readPage(query: LiveQuery, host: DocumentHost, log: LogWindow, after: LogPosition): Page {
  const answers: LiveAnswer[] = [];
  let [bytes, seen] = [0, 0];
  for (let place = after; ;) {
    const { events, end, more } = log.next(query, place, EVENTS_AT_ONCE);
    place = end;
    for (let start = 0; start < events.length; start += EXECUTED_AT_ONCE) {
      const told = events.slice(start, start + EXECUTED_AT_ONCE);
      const is_last = !more && start + told.length === events.length;
      for (const answer of query.tell(
        told.map(({ event }) => event),
        host,
      )) {
        answers.push(answer);
        bytes += answer.json.length;
        if (answer.final) return { answers, end: answer.id, more: false };
      }
      if ((answers.length >= PAGE_ANSWERS_MAX || bytes >= PAGE_BYTES_MAX) && !is_last)
        return { answers, end: formatPosition(told.at(-1)!.end), more: true };
    }
    seen += events.length;
    if (!more || seen >= PAGE_EVENTS_MAX || events.length === 0) return { answers, end: formatPosition(place), more };
  }
}

/** The pages that many readers need at the same time, such as all that come back after a deploy. */
export class PageCache {
  private readonly pages = new BoundedMap<string, { page: Page; latest: number; at_ms: number }>(PAGES_MAX);

  /** A group's page after a place, made anew unless the same was made a moment ago. `latest` is the log's end: a last page is no longer the last when that moves. */
  get(group: string, after: LogPosition, latest: number, make: () => Page): Page {
    const name = `${formatPosition(after)} ${group}`;
    const known = this.pages.get(name);
    if (known && Date.now() - known.at_ms < PAGE_MAX_AGE_MS && (known.page.more || known.latest === latest)) return known.page;
    const page = make();
    this.pages.set(name, { page, latest, at_ms: Date.now() });
    return page;
  }
}
