import { plain, table, words } from "../../../reports/markdown.ts";
import { cell, isSimple } from "./cell.ts";
import { isCompared, isObject, isRows, rowsWithin, type Compared } from "./shapes.ts";

/** What a model needs to know only where something is wrong with it. */
const UNREMARKABLE = new Set(["computed_at", "generated_at"]);
const SENTENCES_MAX = 20;
const SENTENCE_LENGTH = 30;

/** A field as lines of a list. */
export function linesOf(name: string, value: unknown, metric: string | undefined): string[] {
  const said = words(plain(name));
  if (isSentences(value)) return [`- ${said}:`, ...value.slice(0, SENTENCES_MAX).map((text) => `  - ${cell(name, text)}`)];
  if (!isObject(value) || isSimple(value)) return [`- ${said}: ${cell(name, value, metric)}`];
  const inner = Object.entries(value).filter(([, item]) => item !== null && item !== undefined && !isRows(item));
  return inner.length > 0 ? [`- ${said}:`, ...inner.map(([key, item]) => `  - ${words(plain(key))}: ${cell(key, item, metric)}`)] : [];
}

function isSentences(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.some((text) => typeof text === "string" && text.length > SENTENCE_LENGTH);
}

/** What is empty, or told as a table. */
export function isSaidElsewhere(name: string, value: unknown): boolean {
  if (value === null || value === undefined || isRows(value) || isComparedTable(value) || UNREMARKABLE.has(name)) return true;
  if (Array.isArray(value)) return value.length === 0 && name !== "data";
  return isObject(value) && Object.keys(value).length > 0 && rowsWithin(value).length === Object.keys(value).length;
}

export function isComparedTable(value: unknown): value is Readonly<Record<string, Compared>> {
  return isObject(value) && Object.keys(value).length > 1 && Object.values(value).every(isCompared);
}

export function comparedTable(value: Readonly<Record<string, Compared>>): string {
  const rows = Object.entries(value).map(([name, { value: now, previous, change }]) => [
    words(plain(name)),
    cell(name, now),
    cell(name, previous),
    cell("change", change),
  ]);
  return table(["figure", "now", "before", "change"], rows);
}
