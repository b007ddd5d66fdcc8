import { plain } from "../../../reports/markdown.ts";
import { shareRows } from "./budget.ts";
import { cell, headingOf } from "./cell.ts";
import { comparedTable, isComparedTable, isSaidElsewhere, linesOf } from "./lines.ts";
import { rowsTable } from "./columns.ts";
import { isNested, isObject, isRows, rowsWithin, type Fields } from "./shapes.ts";

/** Rows of all tables of one answer together. */
export const ROWS_SHOWN = 40;
const SECTIONS_MAX = 12;
const ROWS_OF_SECTION_MIN = 3;
const TEXT_LENGTH_MAX = 16_000;
const TITLES = ["title", "name", "dimension", "label", "week", "key", "kind", "id"];
/** How an answer goes on, and the argument that takes it. */
const CONTINUATIONS: Readonly<Record<string, string>> = { next_cursor: "cursor", next_offset: "offset" };

/** An answer as a short Markdown text: its fields as lines, its lists as tables of bounded length, and how to get what is not shown. */
export function answerText(title: string, value: unknown): string {
  const body = isObject(value) ? [...fieldsText(value, ROWS_SHOWN), ...continuations(value)] : [cell("result", value)];
  const text = [`**${plain(title)}**`, ...body].join("\n\n");
  if (text.length <= TEXT_LENGTH_MAX) return text;
  return `${text.slice(0, text.lastIndexOf("\n", TEXT_LENGTH_MAX))}\n\n… The text ends here; the structured result has all of it.`;
}

/** A list of rows in an answer, by its path. */
interface List {
  path: string;
  rows: readonly Fields[];
  metric: string | undefined;
  /** Its things are told one by one, with their own lists. */
  opened: boolean;
}

function fieldsText(fields: Fields, room: number, outer?: string): string[] {
  const metric = metricOf(fields) ?? outer;
  const entries = Object.entries(fields).filter(([name]) => !(name in CONTINUATIONS));
  const lines = entries.flatMap(([name, value]) => (isSaidElsewhere(name, value) ? [] : linesOf(name, value, metric)));
  const compared = entries.flatMap(([name, value]) => (isComparedTable(value) ? [`${headingOf(name)}\n\n${comparedTable(value)}`] : []));
  const lists = listsOf(entries, metric);
  const shares = shareRows(lists.map(sizeOf), room);
  return [...(lines.length > 0 ? [lines.join("\n")] : []), ...compared, ...lists.flatMap((list, index) => listText(list, shares[index]!))];
}

/** The answer's own lists, and those of things in it. */
function listsOf(entries: readonly [string, unknown][], metric: string | undefined): List[] {
  const lists = entries.flatMap(([name, value]): { path: string; rows: readonly Fields[] }[] => {
    if (isRows(value)) return [{ path: name, rows: value }];
    return rowsWithin(value).map(([inner, rows]) => ({ path: `${name}.${inner}`, rows }));
  });
  return lists.map((list) => ({
    ...list,
    metric,
    opened: list.path !== "data" && isNested(list.rows) && (lists.length === 1 || isFolder(list.rows)),
  }));
}

/** Things that are nothing but what they hold. */
function isFolder(things: readonly Fields[]): boolean {
  return !things.some((thing) => "title" in thing || "description" in thing);
}

function sizeOf({ rows, opened }: List): number {
  if (!opened) return rows.length;
  return rows.flatMap((thing) => Object.values(thing).filter(isRows)).reduce((sum, inner) => sum + inner.length, rows.length);
}

function listText({ path, rows, metric, opened }: List, share: number): string[] {
  const shown = rows.slice(0, opened ? SECTIONS_MAX : share);
  const rest = rows.length > shown.length ? `… ${rows.length - shown.length} more in \`${plain(path)}\` of the structured result.` : null;
  const parts = opened ? sections(shown, share, metric) : [rowsTable(shown, metric)];
  return [headingOf(path, rows.length), ...parts, ...(rest === null ? [] : [rest])];
}

function sections(things: readonly Fields[], share: number, metric: string | undefined): string[] {
  const room = Math.max(ROWS_OF_SECTION_MIN, Math.floor(share / things.length));
  return things.flatMap((thing, index) => {
    const title = TITLES.find((candidate) => typeof thing[candidate] === "string");
    if (title === undefined) return [`${index + 1}.`, ...fieldsText(thing, room, metric)];
    const { [title]: said, ...rest } = thing;
    return [`${index + 1}. ${plain(String(said))}`, ...fieldsText(rest, room, metric)];
  });
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
