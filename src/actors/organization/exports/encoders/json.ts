import type { Cell, Column } from "../../../../domain/exports/column.ts";
import { toBytes, type Encoder, type EncoderOptions } from "./encoder.ts";

/** One JSON object a line. */
export function ndjsonEncoder({ columns }: EncoderOptions): Encoder {
  const object = objectWriter(columns);
  return {
    page: (rows) => toBytes(rows.map((row) => `${object(row)}\n`).join("")),
    newState: () => [],
  };
}

/** One JSON array of objects. */
export function jsonEncoder({ columns }: EncoderOptions): Encoder {
  const object = objectWriter(columns);
  return {
    // Only the last page can be empty, and only the first begins without a row before it.
    page(rows, { first, last }) {
      const opening = first ? "[\n" : rows.length > 0 ? ",\n" : "";
      return toBytes(`${opening}${rows.map(object).join(",\n")}${last ? "\n]\n" : ""}`);
    },
    newState: () => [],
  };
}

/** Writes a row as an object; cells that are JSON already go in as they are. */
function objectWriter(columns: readonly Column[]): (row: readonly Cell[]) => string {
  const prefixes = columns.map(({ name }, index) => `${index === 0 ? "{" : ","}${JSON.stringify(name)}:`);
  const raw = columns.map(({ type }) => type === "json");
  return (row) => {
    let text = "";
    for (let index = 0; index < row.length; index++) {
      const cell = row[index]!;
      text += prefixes[index]! + (cell === null ? "null" : raw[index] ? String(cell) : JSON.stringify(cell));
    }
    return `${text}}`;
  };
}
