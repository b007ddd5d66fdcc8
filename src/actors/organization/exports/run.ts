import type { Column } from "../../../domain/exports/column.ts";
import { DOWNLOAD_HOURS } from "../../../domain/exports/export.ts";
import type { ExportRow } from "../../../domain/exports/rows.ts";
import { SOURCES } from "../../../domain/exports/sources/index.ts";
import { HOUR_MS } from "../../../domain/time.ts";
import { PART_BYTES, type BlobPart, type BlobStore } from "../../blobs/blob_store.ts";
import { exportKey } from "../../blobs/open.ts";
import type { OrganizationState } from "../state.ts";
import { ByteQueue } from "./byte_queue.ts";
import { dropState, loadPieces, saveCheckpoint, type Progress } from "./checkpoint.ts";
import { fileType, openEncoder } from "./encoders/index.ts";
import type { Encoder } from "./encoders/encoder.ts";

const PAGE_ROWS = { csv: 2_000, ndjson: 2_000, json: 2_000, parquet: 10_000 } as const;
/** A slice ends after so long, or so many pages; the next one goes on from its checkpoint, and other work gets its turn in between. */
const SLICE_MS = 5_000;
const SLICE_PAGES = 100;
/** The cursor of an export whose every byte is uploaded. */
const ALL_WRITTEN = -1;
const LINK_LIFETIME_MS = DOWNLOAD_HOURS * HOUR_MS;

/** An export in work, as its last checkpoint left it. */
interface Work {
  row: ExportRow;
  blobs: BlobStore;
  key: string;
  upload_id: string;
  encoder: Encoder;
  /** For each column of the file, its place in the source's rows; null when it is all of them in order. */
  picks: number[] | null;
  waiting: ByteQueue;
  progress: { cursor: number; rows_done: number; parts: BlobPart[]; bytes: number };
}

/** Does one slice of a running export. Returns whether it is finished; throws when it must be tried again from its checkpoint. */
export async function runSlice(state: OrganizationState, blobs: BlobStore, export_id: string): Promise<boolean> {
  const work = await resume(state, blobs, export_id);
  if (!work) return true;
  if (work.progress.cursor === ALL_WRITTEN) return finish(state, work);
  const { source } = SOURCES[work.row.resource];
  const filter = JSON.parse(work.row.filter) as Record<string, unknown>;
  const context = { db: state.core.db, organization: state.organization(), now: work.row.created_at };
  const stop_at = Date.now() + SLICE_MS;
  for (let page_number = 0; page_number < SLICE_PAGES && Date.now() < stop_at; page_number++) {
    const { progress, waiting } = work;
    const page = source.page(context, filter, progress.cursor, work.row.last_row ?? 0, PAGE_ROWS[work.row.format]);
    const last = page.cursor === null;
    const rows = work.picks ? page.rows.map((row) => work.picks!.map((index) => row[index]!)) : page.rows;
    const bytes = work.encoder.page(rows, { first: progress.bytes === 0, last, offset: progress.bytes });
    waiting.push(bytes);
    progress.bytes += bytes.byteLength;
    progress.rows_done += rows.length;
    progress.cursor = page.cursor ?? progress.cursor;
    if (waiting.size >= PART_BYTES || last) {
      await uploadParts(work, last);
      // From here on only completing is left, which a crash must not lead to writing the end twice.
      if (last) progress.cursor = ALL_WRITTEN;
      if (!checkpoint(state, work)) return abandon(work);
      if (last) return finish(state, work);
    }
    // Lets other requests in, and the clock move.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return checkpoint(state, work) ? false : abandon(work);
}

async function resume(state: OrganizationState, blobs: BlobStore, export_id: string): Promise<Work | null> {
  const { db } = state.core;
  const key = exportKey(state.name, export_id);
  let row = readRunning(state, export_id);
  if (!row) return null;
  const { source } = SOURCES[row.resource];
  if (row.upload_id === null) {
    const context = { db, organization: state.organization(), now: row.created_at };
    const last_row = source.lastRow(context);
    const rows_total = source.count(context, JSON.parse(row.filter) as Record<string, unknown>, last_row);
    const { content_type, extension } = fileType(row.format, row.compression);
    const upload_id = await blobs.create(key, {
      content_type,
      filename: `crow-${row.resource}-${new Date(row.created_at).toISOString().slice(0, 10)}.${extension}`,
    });
    row = readRunning(state, export_id);
    if (!row) {
      await abandon({ blobs, key, upload_id });
      return null;
    }
    db.run("UPDATE exports SET upload_id = ?, last_row = ?, rows_total = ? WHERE id = ?", upload_id, last_row, rows_total, export_id);
    row = { ...row, upload_id, last_row, rows_total };
  }
  const fields = JSON.parse(row.fields) as string[];
  const columns = fields.map((field) => source.columns.find(({ name }) => name === field)!);
  const waiting = new ByteQueue();
  for (const piece of loadPieces(db, export_id, "waiting")) waiting.push(piece);
  return {
    row,
    blobs,
    key,
    upload_id: row.upload_id!,
    encoder: openEncoder(row.format, { columns, gzip: row.compression === "gzip", state: loadPieces(db, export_id, "format") }),
    picks: picksOf(columns, source.columns),
    waiting,
    progress: { cursor: row.cursor, rows_done: row.rows_done, parts: JSON.parse(row.parts) as BlobPart[], bytes: row.bytes },
  };
}

function picksOf(columns: readonly Column[], all: readonly Column[]): number[] | null {
  const picks = columns.map((column) => all.indexOf(column));
  return picks.length === all.length && picks.every((place, index) => place === index) ? null : picks;
}

/** The export while nobody cancelled it, nor deleted the organization. */
function readRunning(state: OrganizationState, export_id: string): ExportRow | null {
  if (state.erased) return null;
  return state.core.db.one<ExportRow>("SELECT * FROM exports WHERE id = ? AND status = 'running'", export_id) ?? null;
}

/** Drops what was stored after the clean-up that follows a cancellation or deletion had run already. Returns that nothing is left to do. */
async function abandon({ blobs, key, upload_id }: Pick<Work, "blobs" | "key" | "upload_id">): Promise<true> {
  await blobs.abort(key, upload_id);
  await blobs.delete(key);
  return true;
}

async function uploadParts(work: Work, last: boolean): Promise<void> {
  const { waiting, progress } = work;
  const upload = async (bytes: Uint8Array): Promise<void> => {
    progress.parts.push(await work.blobs.uploadPart(work.key, work.upload_id, progress.parts.length + 1, bytes));
  };
  while (waiting.size >= PART_BYTES) await upload(waiting.take(PART_BYTES));
  // Even an empty file has one part.
  if (last && (waiting.size > 0 || progress.parts.length === 0)) await upload(waiting.take(waiting.size));
}

/** Stores the progress and tells live readers. False when the export was cancelled meanwhile. */
function checkpoint(state: OrganizationState, work: Work): boolean {
  const { core } = state;
  if (!readRunning(state, work.row.id)) return false;
  const progress: Progress = work.progress;
  state.transaction((now) => {
    saveCheckpoint(core.db, work.row.id, progress, work.waiting, work.encoder);
    core.journal.append(
      "export.progress",
      work.row.id,
      { id: work.row.id, status: "running", progress: { rows_done: progress.rows_done, rows_total: work.row.rows_total } },
      now,
    );
  });
  return true;
}

/** Completes the file, reads it back for its SHA-256, and lets it be downloaded. */
async function finish(state: OrganizationState, work: Work): Promise<boolean> {
  const { core } = state;
  const { progress, row, blobs, key } = work;
  await blobs.complete(key, work.upload_id, progress.parts);
  const sha256 = await digest(blobs, key, progress.bytes);
  if (!readRunning(state, row.id)) return abandon(work);
  state.transaction((now) => {
    const expires_at = now + LINK_LIFETIME_MS;
    core.db.run(
      `UPDATE exports SET status = 'succeeded', rows_done = ?, rows_total = ?, bytes = ?, sha256 = ?, finished_at = ?, expires_at = ?, version = version + 1 WHERE id = ?`,
      progress.rows_done,
      progress.rows_done,
      progress.bytes,
      sha256,
      now,
      expires_at,
      row.id,
    );
    dropState(core.db, row.id);
    core.scheduler.schedule({ kind: "export.expire", key: row.id, run_at_ms: expires_at });
    const done = { rows_done: progress.rows_done, rows_total: progress.rows_done };
    core.journal.append(
      "export.succeeded",
      row.id,
      { id: row.id, status: "succeeded", progress: done, rows: progress.rows_done, bytes: progress.bytes, sha256 },
      now,
    );
  });
  return true;
}

/** SHA-256 of the stored object, hex; fails when it is not as long as what was written. */
async function digest(blobs: BlobStore, key: string, bytes: number): Promise<string> {
  const info = await blobs.head(key);
  const body = await blobs.read(key);
  if (!body || info?.bytes !== bytes) throw new Error(`The stored file has ${info?.bytes ?? 0} bytes, not ${bytes}`);
  const stream = new crypto.DigestStream("SHA-256");
  await body.pipeTo(stream);
  return Buffer.from(await stream.digest).toString("hex");
}
