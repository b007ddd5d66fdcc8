import { ERROR_CATALOGUE, type ErrorCode } from "../../domain/errors.ts";
import { escapeHtml, htmlPage, NAVIGATION, PAGE_STYLE } from "./page.ts";

const CODES = Object.keys(ERROR_CATALOGUE) as ErrorCode[];

/** `/docs/errors` and `/docs/errors/{code}`: what each code means and how to get past it; null for a code that does not exist. */
export function errorsPage(code: string | null): Response | null {
  const shown = code === null ? CODES : CODES.filter((known) => known === code);
  if (shown.length === 0) return null;
  const title = code === null ? "Errors" : `Error ${code}`;
  return htmlPage(
    title,
    PAGE_STYLE,
    `${NAVIGATION}<h1>${escapeHtml(title)}</h1>${code === null ? INTRODUCTION : ""}${shown.map(section).join("\n")}`,
  );
}

const INTRODUCTION = `<p>Every failure has the same content, whatever the operation: REST in the body below, GraphQL with <code>code</code> and <code>details</code> in
<code>extensions</code> of an error. <code>code</code> is stable and made for programs, <code>message</code> says what to
do next, <code>details</code> names what was wrong. Quote <code>X-Request-Id</code> when you ask for help.</p>
<pre>{"error": {"code": "VALIDATION_ERROR", "message": "Invalid date_from", "details": {"field": "date_from", "expected": "ISO 8601 format"}}}</pre>`;

function section(code: ErrorCode): string {
  const { status, summary, fix } = ERROR_CATALOGUE[code];
  const fixHtml = escapeHtml(fix).replaceAll(/`([^`]+)`/g, "<code>$1</code>");
  return `<h2 id="${code}"><a href="/docs/errors/${code}"><code>${code}</code></a> <span class="status">HTTP ${status}</span></h2>
<p>${escapeHtml(summary)}</p>
<p><strong>What to do:</strong> ${fixHtml}</p>`;
}
