import type { OperationContext } from "../context.ts";
import type { Database } from "../database.ts";
import { notFound } from "../errors.ts";
import { toTimestamp, toTimestampOrNull } from "../time.ts";
import type { Export } from "./export.ts";

export interface ExportRow {
  id: string;
  resource: Export["resource"];
  format: Export["format"];
  compression: Export["compression"];
  filter: string;
  fields: string;
  status: Export["status"];
  rows_done: number;
  rows_total: number | null;
  bytes: number;
  sha256: string | null;
  error: string | null;
  upload_id: string | null;
  parts: string;
  cursor: number;
  last_row: number | null;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
  expires_at: number | null;
  version: number;
}

/** Signs download links; the vault does it for operations, the job for events. */
export interface LinkSigner {
  base_url: string;
  /** The actor's name: whose file it is. */
  owner: string;
  sign: (purpose: string, text: string) => string;
}

export const DOWNLOAD_PURPOSE = "export download";

/** What a download link's signature covers. */
export function downloadText(export_id: string, expires_ms: number): string {
  return `${export_id}\n${expires_ms}`;
}

export function toExport(row: ExportRow, signer: LinkSigner): Export {
  const download_url = row.status === "succeeded" && row.expires_at !== null ? downloadUrl(row.id, row.expires_at, signer) : null;
  return {
    id: row.id,
    resource: row.resource,
    format: row.format,
    compression: row.compression,
    filter: JSON.parse(row.filter) as Export["filter"],
    fields: JSON.parse(row.fields) as string[],
    status: row.status,
    progress: { rows_done: row.rows_done, rows_total: row.rows_total },
    result:
      download_url === null || row.sha256 === null || row.expires_at === null
        ? null
        : { rows: row.rows_done, bytes: row.bytes, sha256: row.sha256, download_url, expires_at: toTimestamp(row.expires_at) },
    download_url,
    error: row.error === null ? null : (JSON.parse(row.error) as Export["error"]),
    created_at: toTimestamp(row.created_at),
    started_at: toTimestampOrNull(row.started_at),
    finished_at: toTimestampOrNull(row.finished_at),
    version: row.version,
  };
}

function downloadUrl(id: string, expires_ms: number, { base_url, owner, sign }: LinkSigner): string {
  const signature = sign(DOWNLOAD_PURPOSE, downloadText(id, expires_ms));
  return `${base_url}/api/v1/exports/${id}/file?owner=${owner}&expires=${expires_ms}&signature=${signature}`;
}

export function signerOf(ctx: OperationContext): LinkSigner {
  return { base_url: ctx.base_url, owner: ctx.vault.owner, sign: (purpose, text) => ctx.vault.sign(purpose, text) };
}

/** The row, or NOT_FOUND. */
export function requireExport(db: Database, id: string): ExportRow {
  const row = db.one<ExportRow>("SELECT * FROM exports WHERE id = ?", id);
  if (!row) throw notFound("export", id);
  return row;
}

/** Statuses that no work changes any more. */
export const FINISHED: ReadonlySet<Export["status"]> = new Set(["succeeded", "failed", "cancelled", "expired"]);
