import { html } from "hono/html";
import type { Html } from "./page.ts";

const WORDS = "Back to your account";

/** The way back from a page that asks for something. */
export function backLink(): Html {
  return html`<p class="after"><a href="/account">${WORDS}</a></p>`;
}

/** The way on from a page on which there is nothing else to do. */
export function backButton(): Html {
  return html`<p class="after"><a class="button secondary" href="/account">${WORDS}</a></p>`;
}
