import type { Outcome } from "../../../domain/execute.ts";
import type { AnyOperation } from "../../../domain/operation.ts";
import { jsonSchemaOf, type JsonSchema } from "../json_schema.ts";
import { RESULT_MAX_BYTES, bytesOf, shorten, type Shortened } from "../shorten.ts";
import { ROWS_SHOWN } from "./render/answer.ts";
import { isObject, type Fields } from "./render/shapes.ts";

/** Of an answer that has more than its rows. */
const ROWS_SHARE = 0.98;
/** How a list goes on after its last row. */
const PLACES = ["cursor", "after", "offset"];

/** What was answered, as plain data. */
export interface FittedAnswer {
  /** Short enough for a client. */
  value: unknown;
  /** The same before its lists were shortened: what a text is made of. */
  whole: unknown;
  shortened: Shortened[];
  /** Rows that were asked for, where the answer has fewer because it is full. */
  asked: number | null;
}

/**
 * Runs a call so that its answer is short enough. A list that goes on by a cursor has no more rows than its text shows and its structured content holds: the cursor goes on after the
 * last of them, so that none is lost whichever of the two a host shows. It is run again, once, where its rows are too long. Of other answers the longest lists are shortened.
 */
export function callFitting(operation: AnyOperation, input: unknown, call: (input: unknown) => Outcome): { outcome: Outcome } & FittedAnswer {
  const paging = isObject(input) ? pagingOf(operation) : null;
  if (!paging || !isObject(input)) return fitted(call(input));
  const { limit } = input;
  const more_asked = typeof limit === "number" && limit > ROWS_SHOWN && limit <= paging.rows_max;
  const first = call(more_asked ? { ...input, limit: ROWS_SHOWN } : input);
  if (!first.ok) return fitted(first);
  const text = JSON.stringify(first.value);
  const value = JSON.parse(text) as Fields;
  const asked = more_asked && goesOn(value) ? limit : null;
  if (isShort(text) && listsOf(value).every(({ rows }) => rows.length <= ROWS_SHOWN))
    return { outcome: first, value, whole: value, shortened: [], asked };
  const list = longestList(value);
  if (list === null) return fitted(first);
  const fitting = rowsThatFit(value, list.rows);
  const is_whole = fitting >= list.rows.length;
  if (paging.by_last_id) {
    if (is_whole) return fitted(first);
    // One entry of the log is expanded to many rows: the next page begins after the last of them.
    return fitted(
      { ...first, value: { ...value, [list.name]: list.rows.slice(0, fitting), last_id: idOf(list.rows[fitting - 1]) } },
      list.rows.length,
    );
  }
  if (is_whole) return fitted(first, asked);
  return fitted(call({ ...input, limit: fitting }), more_asked ? limit : list.rows.length);
}

function goesOn({ next_cursor = null, next_offset = null }: Fields): boolean {
  return next_cursor !== null || next_offset !== null;
}

function fitted(outcome: Outcome, asked: number | null = null): { outcome: Outcome } & FittedAnswer {
  if (!outcome.ok) return { outcome, value: undefined, whole: undefined, shortened: [], asked };
  // Plain, and complete: what was read may be made only when it is looked at.
  const text = JSON.stringify(outcome.value);
  const value: unknown = JSON.parse(text);
  if (isShort(text) || bytesOf(value) <= RESULT_MAX_BYTES) return { outcome, value, whole: value, shortened: [], asked };
  return { outcome, value, whole: JSON.parse(text) as unknown, shortened: shorten(value), asked };
}

interface Paging {
  rows_max: number;
  by_last_id: boolean;
}

const pagings = new Map<string, Paging | null>();

/** How an operation's list goes on; null for what is no list, or has no next page. */
function pagingOf(operation: AnyOperation): Paging | null {
  let paging = pagings.get(operation.name);
  if (paging === undefined) {
    const { properties = {} }: JsonSchema = operation.effect === "read" ? jsonSchemaOf(operation.input, "input") : {};
    const goes_on = "limit" in properties && PLACES.some((place) => place in properties);
    paging = goes_on ? { rows_max: properties.limit?.maximum ?? Infinity, by_last_id: "after" in properties } : null;
    pagings.set(operation.name, paging);
  }
  return paging;
}

/** A UTF-16 unit is three bytes at most: nearly every answer is known to be short without being encoded. */
function isShort(text: string): boolean {
  return text.length * 3 <= RESULT_MAX_BYTES;
}

function listsOf(value: Fields): { name: string; rows: readonly unknown[] }[] {
  return Object.entries(value).flatMap(([name, rows]) => (Array.isArray(rows) ? [{ name, rows: rows as unknown[] }] : []));
}

function longestList(value: Fields): { name: string; rows: readonly unknown[] } | null {
  const sized = listsOf(value).map((list) => ({ ...list, bytes: bytesOf(list.rows) }));
  return sized.toSorted((one, other) => other.bytes - one.bytes)[0] ?? null;
}

/** As many rows from the start as a text shows and a client may get; at least one. */
function rowsThatFit(value: Fields, rows: readonly unknown[]): number {
  const shown = rows.slice(0, ROWS_SHOWN);
  const around = bytesOf(value) - bytesOf(rows);
  let room = Math.max(0, RESULT_MAX_BYTES - around) * ROWS_SHARE;
  const too_many = shown.findIndex((row) => (room -= bytesOf(row) + 1) < 0);
  return too_many < 0 ? shown.length : Math.max(1, too_many);
}

function idOf(row: unknown): unknown {
  return isObject(row) ? row.id : null;
}
