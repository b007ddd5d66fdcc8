import { html } from "hono/html";
import { DAY_MS } from "../../domain/time.ts";
import type { Html } from "../pages/page.ts";

const TIME = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC" });
const DATE = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

/** A moment in as few words as tell it: `today 19:46 UTC`, `yesterday 07:10 UTC`, `Nov 3, 2026`. The pages run no script that could know the reader's own time zone. */
export function moment(at_ms: number, now_ms: number): string {
  const days_ago = Math.floor(now_ms / DAY_MS) - Math.floor(at_ms / DAY_MS);
  if (days_ago !== 0 && days_ago !== 1) return DATE.format(at_ms);
  return `${days_ago === 0 ? "today" : "yesterday"} ${TIME.format(at_ms)} UTC`;
}

export function timeText(at_ms: number, now_ms = Date.now()): Html {
  const exact = new Date(at_ms).toISOString();
  return html`<time datetime="${exact}" title="${DATE.format(at_ms)}, ${TIME.format(at_ms)} UTC">${moment(at_ms, now_ms)}</time>`;
}

/** When something began and when it was used last: one moment where both read the same, or where it was never used. */
export function sinceText(began: string, at_ms: number, last_used_at_ms: number | null): Html {
  const now_ms = Date.now();
  const is_same = last_used_at_ms === null || moment(last_used_at_ms, now_ms) === moment(at_ms, now_ms);
  return html`${began} ${timeText(at_ms, now_ms)}${is_same ? "" : html`, last used ${timeText(last_used_at_ms, now_ms)}`}`;
}
