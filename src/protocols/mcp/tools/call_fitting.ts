import type { Outcome } from "../../../domain/execute.ts";
import type { AnyOperation } from "../../../domain/operation.ts";
import { inputSchemaOf } from "./input_schema.ts";
import { isObject } from "./render/shapes.ts";
import { RESULT_MAX_BYTES, bytesOf, shorten, type Shortened } from "../shorten.ts";

const ATTEMPTS = 3;
/** Rows differ in length: a little room is left. */
const FILLED = 0.9;
const PLACES = ["cursor", "after", "offset"];

export interface Fitting {
  outcome: Outcome;
  /** What was answered, as plain data that is short enough; undefined for a failure. */
  value?: unknown;
  shortened: Shortened[];
}

/**
 * Runs a call so that its answer is short enough. Where the operation pages, it is asked for fewer rows, so that its cursor goes on after the last one that is shown; else the answer's
 * longest lists are shortened.
 */
export function callFitting(operation: AnyOperation, input: unknown, call: (input: unknown) => Outcome): Fitting {
  let outcome = call(input);
  const fewer = new Map<string, Shortened>();
  for (let attempt = 0; outcome.ok && attempt < ATTEMPTS; attempt++) {
    // Plain, and complete: what was read may be made only when it is looked at.
    const text = JSON.stringify(outcome.value);
    const value: unknown = JSON.parse(text);
    // A UTF-16 unit is three bytes at most: nearly every answer is known to be short without being encoded.
    if (text.length * 3 <= RESULT_MAX_BYTES) return { outcome, value, shortened: [...fewer.values()] };
    const bytes = bytesOf(value);
    const list = bytes > RESULT_MAX_BYTES && pages(operation) ? longestList(value) : null;
    if (!list || !isObject(input) || list.length <= 1 || attempt === ATTEMPTS - 1)
      return { outcome, value, shortened: [...fewer.values(), ...shorten(value)] };
    const limit = Math.max(1, Math.floor(((list.length * RESULT_MAX_BYTES) / bytes) * FILLED));
    fewer.set(list.name, { path: list.name, shown: limit, total: fewer.get(list.name)?.total ?? list.length });
    outcome = call({ ...input, limit });
  }
  return { outcome, shortened: [] };
}

function pages(operation: AnyOperation): boolean {
  const { properties = {} } = inputSchemaOf(operation);
  return operation.effect === "read" && "limit" in properties && PLACES.some((place) => place in properties);
}

function longestList(value: unknown): { name: string; length: number } | null {
  if (!isObject(value)) return null;
  const lists = Object.entries(value).flatMap(([name, list]) => (Array.isArray(list) ? [{ name, length: list.length, bytes: bytesOf(list) }] : []));
  return lists.toSorted((a, b) => b.bytes - a.bytes)[0] ?? null;
}
