import { exportKey, openBlobStore } from "../actors/blobs/open.ts";
import type { BlobInfo, ByteRange } from "../actors/blobs/blob_store.ts";
import { verifyText } from "../actors/core/derived_keys.ts";
import { DOWNLOAD_PURPOSE, downloadText } from "../domain/exports/rows.ts";
import { errorResponse } from "../protocols/rest/respond.ts";

/** `/exports/{id}/file` below an API version: the export's id, or null for any other path. */
export function matchDownload(path: string): string | null {
  return /^\/exports\/(exp_[0-9a-z]{26})\/file$/.exec(path)?.[1] ?? null;
}

/** An organization's actor or its sandbox. */
const OWNER = /^org_[0-9a-z]{26}(?:\.test)?$/;

/**
 * An export's file by its signed link: no key, no actor, only the signature and its expiry. Answers Range (RFC 9110, 14) with one range, If-Range, and
 * HEAD. The file is data of the organization's, so it is never shown inline.
 */
export async function handleDownload(request: Request, env: Env, export_id: string): Promise<Response> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return errorResponse(
      { code: "METHOD_NOT_ALLOWED", message: `${request.method} is not supported here`, details: { allowed: ["GET", "HEAD"] } },
      new Headers({ Allow: "GET, HEAD" }),
    );
  }
  const query = new URL(request.url).searchParams;
  const owner = query.get("owner") ?? "";
  const expires_ms = Number(query.get("expires"));
  if (
    !OWNER.test(owner) ||
    !verifyText(env.CROW_SECRET, owner, DOWNLOAD_PURPOSE, downloadText(export_id, expires_ms), query.get("signature") ?? "")
  ) {
    return errorResponse({
      code: "FORBIDDEN",
      message: "This link is not valid; read the export again for a new one",
      details: { field: "signature" },
    });
  }
  if (expires_ms <= Date.now())
    return errorResponse({ code: "GONE", message: "This link has expired; start the export again", details: { export_id } });
  const blobs = openBlobStore(env);
  const key = exportKey(owner, export_id);
  const info = await blobs.head(key);
  if (!info) return errorResponse({ code: "GONE", message: "This file was deleted; start the export again", details: { export_id } });
  const headers = fileHeaders(info, export_id);
  const range = readRange(request, info.bytes, headers.get("ETag")!);
  if (range === "unsatisfiable") {
    headers.set("Content-Range", `bytes */${info.bytes}`);
    headers.delete("Content-Disposition");
    return new Response(null, { status: 416, headers });
  }
  headers.set("Content-Length", String(range ? range.length : info.bytes));
  if (range) headers.set("Content-Range", `bytes ${range.offset}-${range.offset + range.length - 1}/${info.bytes}`);
  const body = request.method === "HEAD" ? null : await blobs.read(key, range ?? undefined);
  return new Response(body, { status: range ? 206 : 200, headers });
}

function fileHeaders(info: BlobInfo, export_id: string): Headers {
  return new Headers({
    "Content-Type": info.content_type,
    "Content-Disposition": `attachment; filename="${info.filename}"`,
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, no-transform",
    // A finished file never changes.
    ETag: `"${export_id}"`,
  });
}

/** One byte range of the request, null for the whole file. Several ranges, or a stale If-Range, get the whole file, as the RFC allows. */
function readRange(request: Request, bytes: number, etag: string): ByteRange | "unsatisfiable" | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(request.headers.get("Range")?.trim() ?? "");
  if (!match || (match[1] === "" && match[2] === "")) return null;
  // A range that ends before it starts is no range (RFC 9110, 14.1.1) and is ignored.
  if (match[1] !== "" && match[2] !== "" && Number(match[2]) < Number(match[1])) return null;
  const condition = request.headers.get("If-Range");
  if (condition !== null && condition !== etag) return null;
  const offset = match[1] === "" ? Math.max(0, bytes - Number(match[2])) : Number(match[1]);
  const end = match[1] === "" || match[2] === "" ? bytes : Math.min(bytes, Number(match[2]) + 1);
  return offset >= end ? "unsatisfiable" : { offset, length: end - offset };
}
