import { cut, table } from "../../../reports/markdown.ts";

const CELL_LENGTH_MAX = 80;

/** A column of a table whose rows are things of one kind. */
export interface Column<Row> {
  header: string;
  /** What its cell says; "" where there is nothing to say. What came from clients goes through `plain` first. */
  cell(row: Row): string;
  /** What each row is told by: it is there even where all rows have the same. */
  always?: boolean;
}

/** Rows by what tells them apart: columns that are empty everywhere are left out, and what all rows have in common is said once. */
export function tellingTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const all = columns.map((column) => ({ ...column, cells: rows.map((row) => cut(column.cell(row), CELL_LENGTH_MAX)) }));
  const filled = all.filter(({ cells }) => cells.some((cell) => cell !== ""));
  const common = rows.length < 2 ? [] : filled.filter(({ always, cells }) => always !== true && cells.every((cell) => cell === cells[0]));
  const told = filled.filter((column) => !common.includes(column));
  const lines = rows.map((_, index) => told.map(({ cells }) => cells[index]!));
  const shared = common.map(({ header, cells }) => `${header} ${cells[0]!}`).join("; ");
  return [
    ...(shared === "" ? [] : [`All of them: ${shared}.`]),
    table(
      told.map(({ header }) => header),
      lines,
    ),
  ].join("\n\n");
}
