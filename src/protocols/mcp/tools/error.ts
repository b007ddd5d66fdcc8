import { ERROR_CATALOGUE, type ErrorCode, type ErrorDetails, type Failure } from "../../../domain/errors.ts";
import type { McpObject } from "../../../domain/mcp/message.ts";
import { RESULT_MAX_BYTES, shorten, type Shortened } from "../shorten.ts";

/** What to do next, where the catalogue's own words are about HTTP. */
const FIXES: Partial<Record<ErrorCode, (details: ErrorDetails) => string>> = {
  FORBIDDEN: ({ required_scope: scope }) =>
    typeof scope === "string" ? `Tell the person that their credential needs the scope ${scope}.` : ERROR_CATALOGUE.FORBIDDEN.fix,
  NOT_FOUND: () => "Check the id: list or look the thing up first.",
  PRECONDITION_FAILED: ({ current_version: version }) =>
    `Read it again, decide anew, and call again with its present version${typeof version === "number" ? `, ${version},` : ""} as \`expected_version\`.`,
  RATE_LIMITED: () => "Wait `details.retry_after_s` seconds. Where that is null the call costs more than the limit ever admits: ask for less.",
  IDEMPOTENCY_MISMATCH: () => "Use a new idempotency key for another call.",
  INTERNAL_ERROR: () => "Try once more; if it persists, report the request.",
  UNAVAILABLE: () => "Try again in a few seconds.",
};
const ISSUES_TOLD = 5;
/** Room is left for code and message. */
const DETAILS_MAX_BYTES = RESULT_MAX_BYTES - 1_024;

/** One thing that is wrong with an input, as the catalogue has it. */
export interface Issue {
  /** Dotted; empty for the whole input. */
  field: string;
  expected: string;
}

/** All that a refused input is told of. */
export function issuesOf({ details }: Failure): Issue[] {
  if (Array.isArray(details.issues)) return details.issues as Issue[];
  return typeof details.expected === "string" ? [{ field: typeof details.field === "string" ? details.field : "", expected: details.expected }] : [];
}

/** What an issue says where nothing more is known of its field. */
export function issueText({ field, expected }: Issue): string {
  return `${field === "" ? "" : `\`${field}\`: `}expected ${expected}`;
}

/**
 * A failed call as a tool's result (MCP 2026-07-28, server/tools, error handling): for programs the catalogue's error, for a model how to repair the call. `told` says of each issue what to do
 * about it. Details that are long are shortened as an answer is.
 */
export function toolError(failure: Failure, told: readonly string[] | null = null, meta?: McpObject): McpObject {
  const { code, message } = failure;
  const { details, shortened } = fitting(failure.details);
  return {
    isError: true,
    content: [{ type: "text", text: errorText(failure, told ?? issuesOf(failure).map(issueText), shortened) }],
    structuredContent: { error: { code, message, details } },
    ...(meta === undefined ? {} : { _meta: meta }),
  };
}

function errorText({ code, message, details }: Failure, told: readonly string[], shortened: readonly Shortened[]): string {
  const shown = [...new Set(told)].slice(0, ISSUES_TOLD);
  // That a field is invalid is said by what it takes.
  const says_more = !/^Invalid \S+$/.test(message) || shown.length === 0;
  const first = says_more ? [`${code}: ${sentence(message)}`] : shown.length > 1 ? [`${code}:`] : [];
  const issues = shown.length === 1 ? [`${says_more ? "" : `${code}: `}${sentence(shown[0]!)}`] : shown.map((text) => `- ${text}`);
  const left_out = shortened.map(({ path, shown: some, total }) => `\`details.${path}\` has ${some} of ${total}.`);
  // A field and what it takes say it all: the catalogue has only where to find them.
  const fix = code === "VALIDATION_ERROR" ? [] : [FIXES[code]?.(details) ?? ERROR_CATALOGUE[code].fix];
  return [...first, ...issues, ...left_out, ...fix].join("\n");
}

function fitting(details: ErrorDetails): { details: ErrorDetails; shortened: Shortened[] } {
  const text = JSON.stringify(details);
  if (text.length * 3 <= DETAILS_MAX_BYTES) return { details, shortened: [] };
  const copy = JSON.parse(text) as ErrorDetails;
  return { details: copy, shortened: shorten(copy, DETAILS_MAX_BYTES) };
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
