import type { OperationContext } from "../context.ts";

/** A column of an export: its name and how a format with types writes it. Dates are ISO strings, JSON is text (embedded as JSON where the format is JSON). */
export interface Column {
  name: string;
  type: "string" | "integer" | "number" | "boolean" | "timestamp" | "json";
}

export type Cell = string | number | boolean | null;

export type SourceContext = Pick<OperationContext, "db" | "organization" | "now">;

/** One page of rows, each with a cell for every column of the source, and the row it ended at; null when there is no more. */
export interface SourcePage {
  rows: Cell[][];
  cursor: number | null;
}

/** Rows that can be exported, read in a fixed order by pages, so that an export can go on where it stopped. */
export interface Source {
  columns: readonly Column[];
  /** The last row that exists now; rows after it are no part of this export. */
  lastRow(ctx: SourceContext): number;
  /** How many rows up to `last_row` meet the filter. */
  count(ctx: SourceContext, filter: Record<string, unknown>, last_row: number): number;
  page(ctx: SourceContext, filter: Record<string, unknown>, after: number, last_row: number, limit: number): SourcePage;
}
