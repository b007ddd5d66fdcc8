import { plain } from "../../../reports/markdown.ts";
import { shareRows } from "./budget.ts";
import { cell, headingOf } from "./cell.ts";
import { comparedTable, isComparedTable, isSaidElsewhere, linesOf } from "./lines.ts";
import { rowsTable } from "./columns.ts";
import { isNested, isObject, isRows, rowsWithin, type Fields } from "./shapes.ts";

/** Rows of all tables of one answer together. */
export const ROWS_SHOWN = 40;
/** The list that a cursor goes on with: the text has all of its rows, since a host may show nothing else. */
const PAGED_LIST = "data";
const SECTIONS_MAX = 12;
const ROWS_OF_SECTION_MIN = 3;
const TEXT_LENGTH_MAX = 16_000;
/** Room for all rows of a page, however wide. */
const PAGE_LENGTH_MAX = 32_000;
const TITLES = ["title", "name", "dimension", "label", "week", "key", "id"];
/** How an answer goes on, and the argument that takes it. */
const CONTINUATIONS: Readonly<Record<string, string>> = { next_cursor: "cursor", next_offset: "offset", last_id: "after" };

/** What an answer is told with, where shapes do not say it. */
export interface Telling {
  /** The paged list's rows, where columns of their own say more. */
  list?: ((rows: readonly Fields[]) => string) | undefined;
  /** Rows that were asked for, where fewer are there since the answer was full. */
  asked?: number | null | undefined;
}

/** An answer as a short Markdown text: its fields as lines, its lists as tables of bounded length, and how to get what is not shown. */
export function answerText(title: string, value: unknown, telling: Telling = {}): string {
  if (!isObject(value)) return boundedText([`**${plain(title)}**`, cell("result", value)].join("\n\n"), value);
  return [boundedText([`**${plain(title)}**`, ...fieldsText(value, ROWS_SHOWN, telling)].join("\n\n"), value), ...continuations(value, telling)].join(
    "\n\n",
  );
}

/** A text of an answer, cut at a line's end where it would be too long. */
export function boundedText(text: string, value: unknown): string {
  const length_max = isObject(value) && isRows(value[PAGED_LIST]) ? PAGE_LENGTH_MAX : TEXT_LENGTH_MAX;
  if (text.length <= length_max) return text;
  return `${text.slice(0, text.lastIndexOf("\n", length_max))}\n\n… The text ends here; the structured result has all of it.`;
}

/** How to get what comes after. */
export function continuations(fields: Fields, { asked }: Telling = {}): string[] {
  const rows = fields[PAGED_LIST] ?? Object.values(fields).find(Array.isArray);
  const full = asked != null && Array.isArray(rows) ? `${rows.length} of ${asked} asked: the answer was full. ` : "";
  return Object.entries(CONTINUATIONS).flatMap(([name, argument]) => {
    const value = fields[name];
    return value === null || value === undefined ? [] : [`${full}More: call again with \`${argument}\`: ${plain(String(value), TEXT_LENGTH_MAX)}`];
  });
}

/** A list of rows in an answer, by its path. */
interface List {
  path: string;
  rows: readonly Fields[];
  metric: string | undefined;
  /** Its things are told one by one, with their own lists. */
  opened: boolean;
}

function fieldsText(fields: Fields, room: number, { list }: Telling = {}, outer?: { metric: string | undefined }): string[] {
  const metric = metricOf(fields) ?? outer?.metric;
  const entries = Object.entries(fields).filter(([name]) => !(name in CONTINUATIONS));
  const lines = entries.flatMap(([name, value]) => (isSaidElsewhere(name, value, fields) ? [] : linesOf(name, value, fields, metric)));
  const compared = entries.flatMap(([name, value]) => (isComparedTable(value) ? [`${headingOf(name)}\n\n${comparedTable(value)}`] : []));
  const lists = listsOf(entries, metric);
  const shares = sharesOf(lists, room);
  // Within a thing that is told by itself, its only list needs no heading.
  const headed = outer === undefined || lists.length > 1;
  return [
    ...(lines.length > 0 ? [lines.join("\n")] : []),
    ...compared,
    ...lists.flatMap((each, index) => listText(each, shares[index]!, headed, each.path === PAGED_LIST ? list : undefined)),
  ];
}

/** All rows of a page; the others share what is left. */
function sharesOf(lists: readonly List[], room: number): number[] {
  const paged = lists.findIndex(({ path }) => path === PAGED_LIST);
  if (paged < 0) return shareRows(lists.map(sizeOf), room);
  const rest = shareRows(
    lists.map((each, index) => (index === paged ? 0 : sizeOf(each))),
    Math.max(0, room - lists[paged]!.rows.length),
  );
  return rest.map((share, index) => (index === paged ? lists[paged]!.rows.length : share));
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
    opened: list.path !== PAGED_LIST && isNested(list.rows) && (lists.length === 1 || isFolder(list.rows)),
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

function listText({ path, rows, metric, opened }: List, share: number, headed: boolean, own: Telling["list"]): string[] {
  const shown = rows.slice(0, opened ? SECTIONS_MAX : share);
  const rest = rows.length > shown.length ? `… ${rows.length - shown.length} more in \`${plain(path)}\` of the structured result.` : null;
  const parts = opened ? sections(shown, share, metric) : [own ? own(shown) : rowsTable(shown, metric)];
  return [...(headed ? [headingOf(path, rows.length)] : []), ...parts, ...(rest === null ? [] : [rest])];
}

function sections(things: readonly Fields[], share: number, metric: string | undefined): string[] {
  const room = Math.max(ROWS_OF_SECTION_MIN, Math.floor(share / things.length));
  return things.flatMap((thing, index) => {
    const title = TITLES.find((candidate) => typeof thing[candidate] === "string");
    if (title === undefined) return [`${index + 1}.`, ...fieldsText(thing, room, {}, { metric })];
    const { [title]: said, ...rest } = thing;
    return [`${index + 1}. ${plain(String(said))}`, ...fieldsText(rest, room, {}, { metric })];
  });
}

function metricOf(fields: Fields): string | undefined {
  return typeof fields.metric === "string" ? fields.metric : undefined;
}
