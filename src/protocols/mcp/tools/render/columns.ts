import { cut, plain, table, words } from "../../../reports/markdown.ts";
import { ADDRESS, cell } from "./cell.ts";
import { isCompared, isFigure, isMoney, isObject, type Fields } from "./shapes.ts";

const COLUMNS_MAX = 8;
const CELL_LENGTH_MAX = 80;
/** What a row is known by. */
const NAMES = new Set([
  "id",
  "product_id",
  "date",
  "label",
  "week",
  "title",
  "name",
  "type",
  "status",
  "step",
  "metric",
  "factor",
  "key",
  "product",
  "severity",
]);
const LONG_TEXT = 40;

/** Rows as a Markdown table of their most telling columns: names and figures before texts, texts before what is nested, and never what is empty everywhere. */
export function rowsTable(all: readonly Fields[], metric?: string): string {
  const rows = all.map(withProduct);
  const columns = columnsOf(rows);
  const cells = rows.map((row) => columns.map((name) => cut(cellOfRow(row, name, metric), CELL_LENGTH_MAX)));
  const filled = columns.map((_, column) => cells.some((line) => line[column] !== "–" && line[column] !== "none"));
  const kept = <Item>(line: readonly Item[]): Item[] => line.filter((_, column) => filled[column]);
  return table(kept(columns.map((name) => words(plain(name)))), cells.map(kept));
}

/** The four fields that name a product are one column: whichever of them a row has, it is known by. */
function withProduct(row: Fields): Fields {
  if (!["product_id", "title", "external_id", "sku"].every((name) => name in row)) return row;
  const { product_id, title, external_id, sku, ...rest } = row;
  return { product: { product_id, title, external_id, sku }, ...rest };
}

function cellOfRow(row: Fields, name: string, outer: string | undefined): string {
  const metric = [row.metric, outer, row.name].find((candidate) => typeof candidate === "string");
  // A number and an amount that stand for one figure are one column.
  if (name === "value" && "money" in row && row.money !== null) return cell(name, row.money, { metric });
  return cell(name, row[name], { metric });
}

function columnsOf(rows: readonly Fields[]): string[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter(
    (name) => (name !== "money" || !rows.some((row) => "value" in row)) && !isCutAddress(name, rows),
  );
  if (names.length <= COLUMNS_MAX) return names;
  const ranked = names
    .map((name, position) => ({ name, position, rank: rankOf(name, rows) }))
    .toSorted((a, b) => a.rank - b.rank || a.position - b.position);
  return ranked
    .slice(0, COLUMNS_MAX)
    .toSorted((a, b) => a.position - b.position)
    .map(({ name }) => name);
}

/** An address that would be cut is of no use: the thing itself has it. */
function isCutAddress(name: string, rows: readonly Fields[]): boolean {
  return ADDRESS.test(name) && rows.some((row) => String(row[name]).length > CELL_LENGTH_MAX);
}

/** The lower, the more it tells. */
function rankOf(name: string, rows: readonly Fields[]): number {
  const values = rows.map((row) => row[name]).filter((value) => value !== null && value !== undefined && value !== "");
  const [value] = values;
  if (value === undefined) return 9;
  if (NAMES.has(name)) return 0;
  if (typeof value === "number" || isMoney(value) || isCompared(value) || isFigure(value)) return 1;
  if (typeof value === "string") {
    if (name.endsWith("_at")) return name === "occurred_at" || name === "created_at" ? 2 : 5;
    return values.some((text) => String(text).length > LONG_TEXT) ? 4 : 2;
  }
  if (typeof value === "boolean") return 4;
  return isObject(value) ? 7 : 6;
}
