import { plain, table, words } from "../../../reports/markdown.ts";
import { cell, isSimple } from "./cell.ts";
import { isCompared, isFigureLike, isObject, isRange, isRows, rowsWithin, type Compared, type Fields } from "./shapes.ts";

/** What a model needs to know only where something is wrong with it. */
const UNREMARKABLE = new Set(["computed_at", "generated_at"]);
/** What data a range has, and which range that is. */
const COVERAGES: Readonly<Record<string, string>> = { coverage: "range", previous_coverage: "previous_range" };
const SENTENCES_MAX = 20;
const SENTENCE_LENGTH = 30;

/** A field as lines of a list; `fields` are those that it is one of. */
export function linesOf(name: string, value: unknown, fields: Fields, metric: string | undefined): string[] {
  const said = words(plain(name));
  if (isSentences(value)) return [`- ${said}:`, ...value.slice(0, SENTENCES_MAX).map((text) => `  - ${cell(name, text)}`)];
  if (!isObject(value)) return [`- ${said}: ${cell(name, value, { metric })}`];
  const told = isFigureLike(value) ? value : Object.fromEntries(Object.entries(value).filter(([key, item]) => !isRepeated(item, fields[key])));
  if (isSimple(told)) return [`- ${said}: ${cell(name, told, { metric })}`];
  const inner = Object.entries(told).filter(([, item]) => item !== null && item !== undefined && !isRows(item));
  return inner.length > 0 ? [`- ${said}:`, ...inner.map(([key, item]) => `  - ${words(plain(key))}: ${cell(key, item, { metric })}`)] : [];
}

function isSentences(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.some((text) => typeof text === "string" && text.length > SENTENCE_LENGTH);
}

/** A long text that stands beside it under the same name, such as an address. */
function isRepeated(inner: unknown, outer: unknown): boolean {
  return typeof inner === "string" && inner.length > SENTENCE_LENGTH && inner === outer;
}

/** What is empty, told as a table, or says only that nothing is wrong. */
export function isSaidElsewhere(name: string, value: unknown, fields: Fields): boolean {
  if (name in COVERAGES && isWholeCoverage(value, fields[COVERAGES[name]!])) return true;
  if (value === null || value === undefined || isRows(value) || isComparedTable(value) || UNREMARKABLE.has(name)) return true;
  if (Array.isArray(value)) return value.length === 0 && name !== "data";
  return isObject(value) && Object.keys(value).length > 0 && rowsWithin(value).length === Object.keys(value).length;
}

function isWholeCoverage(coverage: unknown, range: unknown): boolean {
  if (!isObject(coverage) || !isRange(range)) return false;
  return coverage.complete === true && coverage.from === range.date_from && coverage.to === range.date_to;
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
