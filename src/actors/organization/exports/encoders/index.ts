import { gzipSync } from "node:zlib";
import type { Export } from "../../../../domain/exports/export.ts";
import { csvEncoder } from "./csv.ts";
import type { Encoder, EncoderOptions } from "./encoder.ts";
import { jsonEncoder, ndjsonEncoder } from "./json.ts";
import { parquetEncoder } from "./parquet.ts";

const ENCODERS: Record<Export["format"], (options: EncoderOptions) => Encoder> = {
  csv: csvEncoder,
  ndjson: ndjsonEncoder,
  json: jsonEncoder,
  parquet: parquetEncoder,
};

const CONTENT_TYPES: Record<Export["format"], string> = {
  csv: "text/csv; charset=utf-8",
  ndjson: "application/x-ndjson",
  json: "application/json",
  parquet: "application/vnd.apache.parquet",
};

/** The encoder of a format. A gzipped text file is one gzip member for each page: members in a row are a valid gzip file (RFC 1952, 2.2). */
export function openEncoder(format: Export["format"], options: EncoderOptions): Encoder {
  const encoder = ENCODERS[format](options);
  if (!options.gzip || format === "parquet") return encoder;
  return { ...encoder, page: (rows, place) => gzipSync(encoder.page(rows, place)) };
}

/** The file's media type and the end of its name. */
export function fileType(format: Export["format"], compression: Export["compression"]): { content_type: string; extension: string } {
  const gzip = compression === "gzip" && format !== "parquet";
  return { content_type: gzip ? "application/gzip" : CONTENT_TYPES[format], extension: gzip ? `${format}.gz` : format };
}
