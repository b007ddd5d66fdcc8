import { ERROR_CATALOGUE, type ErrorCode, type Failure } from "../../../domain/errors.ts";
import type { McpObject } from "../../../domain/mcp/message.ts";

/** What to do next, where the catalogue's own words are about HTTP. */
const FIXES: Partial<Record<ErrorCode, string>> = {
  NOT_FOUND: "Check the id: list or look the thing up first.",
  PRECONDITION_FAILED: "Read it again, decide anew, and call again with its present version as `expected_version`.",
  RATE_LIMITED: "Wait `details.retry_after_s` seconds. Where that is null the call costs more than the limit ever admits: ask for less.",
  IDEMPOTENCY_MISMATCH: "Use a new idempotency key for another call.",
  INTERNAL_ERROR: "Try once more; if it persists, report the request.",
  UNAVAILABLE: "Try again in a few seconds.",
};
const ISSUES_TOLD = 5;

/** A failed call as a tool's result (MCP 2026-07-28, server/tools, error handling): for programs the catalogue's error, for a model how to repair the call. */
export function toolError(failure: Failure, hint: string | null = null, meta?: McpObject): McpObject {
  const { code, message, details } = failure;
  return {
    isError: true,
    content: [{ type: "text", text: errorText(failure, hint) }],
    structuredContent: { error: { code, message, details } },
    ...(meta === undefined ? {} : { _meta: meta }),
  };
}

function errorText({ code, message, details }: Failure, hint: string | null): string {
  const lines = [`${code}: ${sentence(message)}`];
  const issues = Array.isArray(details.issues) ? (details.issues as { field: string; expected: string }[]) : [];
  if (issues.length > 0) lines.push(...issues.slice(0, ISSUES_TOLD).map(({ field, expected }) => `- \`${field}\`: expected ${expected}`));
  else if (typeof details.expected === "string") lines.push(`${fieldText(details.field)}expected ${sentence(details.expected)}`);
  if (hint !== null) lines.push(hint);
  // A field and what it takes say it all: the catalogue has only where to find them.
  if (code !== "VALIDATION_ERROR") lines.push(FIXES[code] ?? ERROR_CATALOGUE[code].fix);
  return lines.join("\n");
}

function fieldText(field: unknown): string {
  return typeof field === "string" && field !== "" ? `\`${field}\`: ` : "";
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
