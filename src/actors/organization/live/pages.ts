import type { DocumentHost, LiveAnswer, LiveQuery } from "../../../domain/documents.ts";
import { parsePosition, type LogPosition } from "../../../domain/events/event.ts";
import { BoundedMap } from "../../../domain/bounded_map.ts";
import { formatPosition, type LogWindow } from "./log_window.ts";

/** A page is full with so many answers or so much of their text. */
const PAGE_ANSWERS_MAX = 100;
const PAGE_BYTES_MAX = 262_144;
/** It ends after so much work, whoever that was for: an event that a query looks at is one, and so are so many rows that are not for it. A few milliseconds, all in all. */
export const PAGE_WORK_MAX = 500;
const ROWS_PER_WORK = 4;
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
  end: LogPosition;
  /** The log goes on. */
  more: boolean;
  /** What it took to read it. */
  work: number;
}

/** Reads one page of the log through a query. */
export function readPage(query: LiveQuery, host: DocumentHost, log: LogWindow, after: LogPosition): Page {
  const page: Page = { answers: [], end: after, more: true, work: 0 };
  let bytes = 0;
  while (page.more && page.work < PAGE_WORK_MAX) {
    const { events, end, more, rows } = log.next(query, page.end, EVENTS_AT_ONCE);
    page.work += Math.ceil(rows / ROWS_PER_WORK);
    for (let start = 0; start < events.length; start += EXECUTED_AT_ONCE) {
      const told = events.slice(start, start + EXECUTED_AT_ONCE);
      page.work += told.length;
      const is_last = !more && start + told.length === events.length;
      for (const answer of query.tell(
        told.map(({ event }) => event),
        host,
      )) {
        page.answers.push(answer);
        bytes += answer.json.length;
        if (answer.final) return { ...page, end: parsePosition(answer.id)!, more: false };
      }
      if ((page.answers.length >= PAGE_ANSWERS_MAX || bytes >= PAGE_BYTES_MAX) && !is_last) return { ...page, end: told.at(-1)!.end };
    }
    page.end = end;
    page.more = more;
  }
  return page;
}

/** Whether the page ended for its work alone, which nothing that its reader has to take in bounds. */
export function isMostlyWork({ more, work }: Page): boolean {
  return more && work >= PAGE_WORK_MAX;
}

/** The pages that many readers need at the same time, such as all that come back after a deploy. */
export class PageCache {
  private readonly pages = new BoundedMap<string, { page: Page; latest: number; at_ms: number }>(PAGES_MAX);

  /** What was read for a group after a place a moment ago. `latest` is the log's end: a last page is no longer the last when that moves. */
  find(group: string, after: LogPosition, latest: number): Page | null {
    const known = this.pages.get(nameOf(group, after));
    return known && Date.now() - known.at_ms < PAGE_MAX_AGE_MS && (known.page.more || known.latest === latest) ? known.page : null;
  }

  add(group: string, after: LogPosition, latest: number, page: Page): void {
    this.pages.set(nameOf(group, after), { page, latest, at_ms: Date.now() });
  }

  /** What they were read from has changed. */
  clear(): void {
    this.pages.clear();
  }
}

function nameOf(group: string, after: LogPosition): string {
  return `${formatPosition(after)} ${group}`;
}
