import * as z from "zod";
import { Timestamp } from "../time.ts";

export const ExportId = z
  .string()
  .regex(/^exp_[0-9a-z]{26}$/, "an export id (exp_…)")
  .describe("Export id")
  .meta({ examples: ["exp_01jd0000000000000000000000"] });

/** How long a finished file can be downloaded. */
export const DOWNLOAD_HOURS = 24;

export const ExportResource = z.enum(["interactions", "products", "insights"]).describe("insights: one row of figures for each day");
export const ExportFormat = z.enum(["csv", "ndjson", "json", "parquet"]);
export const Compression = z.enum(["none", "gzip"]).describe("Of the file; Parquet compresses its columns (snappy, or gzip when asked for)");
export const ExportStatus = z.enum(["queued", "running", "succeeded", "failed", "cancelled", "expired"]);

export const Export = z
  .strictObject({
    id: ExportId,
    resource: ExportResource,
    format: ExportFormat,
    compression: Compression,
    filter: z.record(z.string(), z.json()),
    fields: z.array(z.string()).describe("Columns of the file, in order"),
    status: ExportStatus,
    progress: z.strictObject({ rows_done: z.int(), rows_total: z.int().nullable() }),
    result: z
      .strictObject({
        rows: z.int(),
        bytes: z.int().max(1e15),
        sha256: z.string().describe("Of the file, hex"),
        download_url: z.string().describe("Signed; needs no key and supports Range"),
        expires_at: Timestamp,
      })
      .nullable(),
    download_url: z.string().nullable().describe("The same as in result"),
    error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
    created_at: Timestamp,
    started_at: Timestamp.nullable(),
    finished_at: Timestamp.nullable(),
    version: z.int(),
  })
  .meta({ id: "Export" });
export type Export = z.infer<typeof Export>;
