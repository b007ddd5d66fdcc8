import { html } from "hono/html";
import type { Html } from "../pages/page.ts";

const FORMAT = new Intl.DateTimeFormat("en", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
  timeZone: "UTC",
});

/** A moment for people. The pages run no script that could know the reader's own time zone. */
export function timeText(at_ms: number): Html {
  return html`<time datetime="${new Date(at_ms).toISOString()}">${FORMAT.format(at_ms)} UTC</time>`;
}
