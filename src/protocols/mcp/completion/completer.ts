import type { McpHost } from "../../../domain/mcp/executor.ts";
import type { Scope } from "../../../domain/scopes.ts";

/** Values that a response may hold (MCP 2026-07-28, server/utilities/completion). */
export const COMPLETIONS_MAX = 100;

export interface Completion {
  /** Most relevant first; those that do not fit are cut off. */
  values: readonly string[];
  /** There are more than `values`, however many. */
  has_more: boolean;
}

/** Suggests values of one argument. */
export interface Completer {
  scopes: readonly Scope[];
  /** It reads rows: that costs 1. */
  operations: readonly string[];
  /** `typed`: what is there so far. `given`: the other arguments, as far as they are known and well formed. */
  suggest(host: McpHost, typed: string, given: Readonly<Record<string, string>>): Completion;
}

/** One of these. */
export function oneOf(values: readonly string[]): Completer {
  return { scopes: [], operations: [], suggest: (_host, typed) => ({ values: beginningWith(typed, values), has_more: false }) };
}

/** Those that begin with what was typed, then those that have it elsewhere; case means nothing. */
export function beginningWith(typed: string, values: readonly string[]): string[] {
  const wanted = typed.toLowerCase();
  const at = (value: string): number => value.toLowerCase().indexOf(wanted);
  return [...values.filter((value) => at(value) === 0), ...values.filter((value) => at(value) > 0)];
}
