import { html } from "hono/html";
import { STYLE_PATH } from "./style.ts";

/** Text that `html` made, every value in it escaped. */
export type Html = ReturnType<typeof html>;

export interface PageOptions {
  title: string;
  body: Html;
  status?: number;
  /** Origins and schemes that a form's answer may redirect to; browsers hold `form-action` against redirects too. */
  form_targets?: readonly string[];
  /** Path of the one script that the page needs. */
  script?: string;
  headers?: HeadersInit;
  /** `wide` for pages with lists, `narrow` (the default) for one question. */
  width?: "narrow" | "wide";
  /** Who is signed in, for the page's head. */
  signed_in_as?: string;
}

/** A page for people: everything comes from this deployment, nothing is inline, framed, cached or told to the next page. */
export function page(options: PageOptions): Response {
  const { title, body, status = 200, width = "narrow", signed_in_as } = options;
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title} · CROW</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${STYLE_PATH}" />
        ${options.script === undefined ? "" : html`<script src="${options.script}" defer></script>`}
      </head>
      <body>
        <header class="top">
          <a class="brand" href="/account">${LOGO} CROW</a>${signed_in_as === undefined ? "" : html`<span class="who">${signed_in_as}</span>`}
        </header>
        <main class="${width}">${body}</main>
      </body>
    </html> `;
  const headers = new Headers(options.headers);
  headers.set("Content-Type", "text/html; charset=utf-8");
  headers.set("Content-Security-Policy", policy(options.form_targets ?? [], options.script !== undefined));
  headers.set("Cache-Control", "no-store");
  headers.set("X-Frame-Options", "DENY");
  headers.set("Referrer-Policy", "no-referrer");
  return new Response(textOf(document), { status, headers });
}

function policy(form_targets: readonly string[], has_script: boolean): string {
  const rules = [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self' data:",
    `form-action ${["'self'", ...form_targets.filter(isFormTarget)].join(" ")}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  if (has_script) rules.push("script-src 'self'", "connect-src 'self'");
  return rules.join("; ");
}

/** An origin or a bare scheme (`https://app.example`, `com.example.app:`): nothing that could end the directive and begin another. */
export function isFormTarget(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:(?:\/\/[a-z0-9.[\]:_-]+)?$/i.test(text);
}

/** Pages are made of plain values; a promise among them would be a mistake. */
function textOf(document: Html): string {
  if (document instanceof Promise) throw new Error("A page cannot wait for a promise");
  return String(document);
}

const LOGO = html`<svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" focusable="false">
  <path
    d="M3 18c4.5.8 8-.2 10.2-3.1 1.6-2.1 2-4.9 4.3-6.3.9-.6 2-.7 3.5-.4l-1.9-1.5C17 4.9 13.800 5.300 11.900 7.600L8.300 12 3.600 13.200l2.800.9z"
    fill="currentColor"
  />
  <circle cx="17.300" cy="7.600" r=".9" class="eye" />
</svg>`;
