import type { Cell, Column } from "../../../../domain/exports/column.ts";

/**
 * Turns pages of rows into a file's bytes. What a format must remember from page to page goes through `state`, so that another process can go on after a
 * crash: pieces are only ever appended.
 */
export interface Encoder {
  /** Bytes of one page; `first` and `last` say where in the file it stands. A page may be empty. */
  page(rows: readonly Cell[][], place: { first: boolean; last: boolean; offset: number }): Uint8Array;
  /** State pieces made since the last call, to be stored with the checkpoint. */
  newState(): Uint8Array[];
}

export interface EncoderOptions {
  columns: readonly Column[];
  gzip: boolean;
  /** State pieces stored so far, in order. */
  state: readonly Uint8Array[];
}

const encoder = new TextEncoder();

export function toBytes(text: string): Uint8Array {
  return encoder.encode(text);
}
