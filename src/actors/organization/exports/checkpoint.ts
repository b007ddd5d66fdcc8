import type { Database } from "../../../domain/database.ts";
import type { BlobPart } from "../../blobs/blob_store.ts";
import type { Encoder } from "./encoders/encoder.ts";
import type { ByteQueue } from "./byte_queue.ts";

const PIECE_BYTES = 1_000_000;

export interface Progress {
  cursor: number;
  rows_done: number;
  parts: readonly BlobPart[];
  /** Bytes encoded so far, uploaded or waiting. */
  bytes: number;
}

/** Stores how far an export has got, with the bytes that fill no part yet. Call it in a transaction. */
export function saveCheckpoint(db: Database, export_id: string, progress: Progress, waiting: ByteQueue, encoder: Encoder): void {
  db.run(
    "UPDATE exports SET cursor = ?, rows_done = ?, parts = ?, bytes = ?, version = version + 1 WHERE id = ?",
    progress.cursor,
    progress.rows_done,
    JSON.stringify(progress.parts),
    progress.bytes,
    export_id,
  );
  db.run("DELETE FROM export_state WHERE export_id = ? AND kind = 'waiting'", export_id);
  const bytes = waiting.peek();
  for (let start = 0, position = 0; start < bytes.byteLength; start += PIECE_BYTES, position++)
    savePiece(db, export_id, "waiting", position, bytes.slice(start, start + PIECE_BYTES));
  const known = db.one<{ count: number }>("SELECT count(*) AS count FROM export_state WHERE export_id = ? AND kind = 'format'", export_id)!.count;
  encoder.newState().forEach((piece, index) => savePiece(db, export_id, "format", known + index, piece));
}

function savePiece(db: Database, export_id: string, kind: string, position: number, data: Uint8Array): void {
  db.run("INSERT INTO export_state (export_id, kind, position, data) VALUES (?, ?, ?, ?)", export_id, kind, position, data);
}

/** The pieces of one kind, in order. */
export function loadPieces(db: Database, export_id: string, kind: "waiting" | "format"): Uint8Array[] {
  return db
    .all<{ data: ArrayBuffer }>("SELECT data FROM export_state WHERE export_id = ? AND kind = ? ORDER BY position", export_id, kind)
    .map(({ data }) => new Uint8Array(data));
}

export function dropState(db: Database, export_id: string): void {
  db.run("DELETE FROM export_state WHERE export_id = ?", export_id);
}
