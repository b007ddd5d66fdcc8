import { plain, table, words } from "../../resources/markdown.ts";
import { shareRows } from "./budget.ts";
import { cell } from "./cell.ts";
import { rowsTable } from "./columns.ts";
import { isCompared, isMoney, isFigure, isObject, isRange, isRows, type Compared, type Fields } from "./shapes.ts";

/** Rows of all tables of one answer together. */
export const ROWS_SHOWN = 40;
const SECTIONS_MAX = 12;
const TEXT_LENGTH_MAX = 16_000;
const TITLES = ["title", "name", "label", "key", "kind", "id"];

/** How an answer goes on, which is said at its end and not among its fields. */
const CONTINUATIONS: Readonly<Record<string, string>> = { next_cursor: "cursor", next_offset: "offset" };
/** What a model needs to know only where something is wrong with it. */
const UNREMARKABLE = new Set(["computed_at"]);

/** An answer as a short Markdown text: its fields as lines, its lists as tables of bounded length, and how to get what is not shown. */
export function answerText(title: string, value: unknown): string {
  const body = isObject(value) ? fieldsText(value, ROWS_SHOWN) : [cell("result", value)];
  const text = [`**${plain(title)}**`, ...body, ...(isObject(value) ? continuations(value) : [])].join("\n\n");
  if (text.length <= TEXT_LENGTH_MAX) return text;
  return `${text.slice(0, text.lastIndexOf("\n", TEXT_LENGTH_MAX))}\n\n… The text ends here; the structured result has all of it.`;
}

function fieldsText(fields: Fields, room: number, metric = metricOf(fields)): string[] {
  const lists = Object.entries(fields).filter((entry): entry is [string, readonly Fields[]] => isRows(entry[1]));
  const lines = Object.entries(fields).flatMap(([name, value]) => (isRows(value) || isHidden(name, value) ? [] : lineOf(name, value, metric)));
  const tables = Object.entries(fields).flatMap(([name, value]) => (isComparedTable(value) ? [`${label(name)}\n\n${comparedTable(value)}`] : []));
  if (lists.length === 1 && isNested(lists[0]![1])) return [...block(lines), ...tables, ...sections(...lists[0]!, room, metric)];
  const shares = shareRows(
    lists.map(([, rows]) => rows.length),
    room,
  );
  return [...block(lines), ...tables, ...lists.map(([name, rows], index) => listText(name, rows, shares[index]!, metric))];
}

function block(lines: readonly string[]): string[] {
  return lines.length > 0 ? [lines.join("\n")] : [];
}

function lineOf(name: string, value: unknown, metric: string | undefined): string[] {
  if (isObject(value) && !isSimple(value)) {
    const inner = Object.entries(value).map(([key, item]) => `  - ${words(plain(key))}: ${cell(key, item, metric)}`);
    return inner.length > 0 ? [`- ${words(plain(name))}:`, ...inner] : [];
  }
  return [`- ${words(plain(name))}: ${cell(name, value, metric)}`];
}

function isSimple(value: Fields): boolean {
  return isMoney(value) || isCompared(value) || isFigure(value) || isRange(value);
}

function isHidden(name: string, value: unknown): boolean {
  return (
    value === null ||
    value === undefined ||
    name in CONTINUATIONS ||
    UNREMARKABLE.has(name) ||
    isComparedTable(value) ||
    (Array.isArray(value) && value.length === 0 && name !== "data")
  );
}

function listText(name: string, rows: readonly Fields[], share: number, metric: string | undefined): string {
  const shown = rows.slice(0, share);
  return `${label(name, rows.length)}\n\n${rowsTable(shown, metric)}${rest(name, rows.length - shown.length)}`;
}

/** Things with lists of their own, where the answer is about nothing else: each for itself. */
function sections(name: string, things: readonly Fields[], room: number, metric: string | undefined): string[] {
  const shown = things.slice(0, SECTIONS_MAX);
  const share = Math.max(3, Math.floor(room / shown.length));
  const texts = shown.flatMap((thing, index) => [`${index + 1}. ${plain(titleOf(thing))}`, ...fieldsText(thing, share, metricOf(thing) ?? metric)]);
  return [`${label(name, things.length)}`, ...texts, ...[rest(name, things.length - shown.length).trim()].filter((text) => text !== "")];
}

function rest(name: string, left: number): string {
  return left > 0 ? `\n\n… ${left} more in \`${plain(name)}\` of the structured result.` : "";
}

function isNested(rows: readonly Fields[]): boolean {
  return rows.some((row) => Object.values(row).some(isRows));
}

function isComparedTable(value: unknown): value is Readonly<Record<string, Compared>> {
  return isObject(value) && Object.keys(value).length > 1 && Object.values(value).every(isCompared);
}

function comparedTable(value: Readonly<Record<string, Compared>>): string {
  const rows = Object.entries(value).map(([name, { value: now, previous, change }]) => [
    words(plain(name)),
    cell(name, now),
    cell(name, previous),
    cell("change", change),
  ]);
  return table(["figure", "now", "before", "change"], rows);
}

function label(name: string, length?: number): string {
  return `**${words(plain(name))}**${length === undefined ? "" : ` (${length})`}`;
}

function titleOf(thing: Fields): string {
  const name = TITLES.find((candidate) => typeof thing[candidate] === "string");
  return name === undefined ? "" : String(thing[name]);
}

function metricOf(fields: Fields): string | undefined {
  return typeof fields.metric === "string" ? fields.metric : undefined;
}

function continuations(fields: Fields): string[] {
  return Object.entries(CONTINUATIONS).flatMap(([name, argument]) => {
    const value = fields[name];
    return value === null || value === undefined ? [] : [`More: call again with \`${argument}\`: ${plain(String(value), TEXT_LENGTH_MAX)}`];
  });
}
