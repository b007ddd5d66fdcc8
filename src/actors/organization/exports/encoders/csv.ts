import type { Cell } from "../../../../domain/exports/column.ts";
import { toBytes, type Encoder, type EncoderOptions } from "./encoder.ts";

/**
 * CSV by RFC 4180: a header, CRLF, quotes where needed. Cells are the data as it is: nothing is changed for spreadsheets, which may read a cell that begins
 * with "=" as a formula.
 */
export function csvEncoder({ columns }: EncoderOptions): Encoder {
  return {
    page(rows, { first }) {
      let text = first ? `${columns.map(({ name }) => quote(name)).join(",")}\r\n` : "";
      for (const row of rows) text += `${row.map(toCell).join(",")}\r\n`;
      return toBytes(text);
    },
    newState: () => [],
  };
}

function toCell(cell: Cell): string {
  return cell === null ? "" : quote(String(cell));
}

function quote(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
