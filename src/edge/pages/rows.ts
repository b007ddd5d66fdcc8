import { html } from "hono/html";
import type { Html } from "./page.ts";

/** A list of things, each with what can be done with it; nothing where there are none. */
export function rows(items: readonly Html[]): Html {
  return items.length === 0
    ? html``
    : html`<ul class="rows">
        ${items}
      </ul>`;
}
