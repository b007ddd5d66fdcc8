import { gzipSync } from "node:zlib";
import type { RowGroup, SchemaElement } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { Cell, Column } from "../../../../domain/exports/column.ts";
import { toBytes, type Encoder, type EncoderOptions } from "./encoder.ts";

/** Parquet with one row group for each page. The row groups' metadata is the state: the footer at the end of the file lists all of them. */
export function parquetEncoder({ columns, gzip, state }: EncoderOptions): Encoder {
  const row_groups = state.map(readRowGroup);
  let stored = row_groups.length;
  const schema = schemaOf(columns);
  return {
    page(rows, { last, offset }) {
      const writer = new ParquetWriter({
        writer: new ByteWriter(),
        schema,
        codec: gzip ? "GZIP" : "SNAPPY",
        compressors: { GZIP: (bytes: Uint8Array) => gzipSync(bytes) },
        statistics: false,
        createdBy: "crow",
      });
      // The library begins a file; this is a piece of one, at its own offset. Only the first piece keeps the opening magic.
      const bytes = new ByteWriter();
      bytes.offset = offset;
      if (offset === 0) bytes.appendBytes(toBytes("PAR1"));
      writer.writer = bytes;
      writer.row_groups = row_groups;
      writer.num_rows = row_groups.reduce((sum, group) => sum + group.num_rows, 0n);
      if (rows.length > 0) {
        void writer.write({
          columnData: columns.map((column, index) => ({
            name: column.name,
            data: rows.map((row) => toValue(row[index]!, column)),
            offsetIndex: false,
          })),
          rowGroupSize: rows.length,
        });
      }
      if (last) void writer.finish();
      return bytes.getBytes().slice();
    },
    newState() {
      const pieces = row_groups
        .slice(stored)
        .map((group) => toBytes(JSON.stringify(group, (_key, value: unknown) => (typeof value === "bigint" ? { $bigint: String(value) } : value))));
      stored = row_groups.length;
      return pieces;
    },
  };
}

function readRowGroup(piece: Uint8Array): RowGroup {
  return JSON.parse(new TextDecoder().decode(piece), (_key, value: unknown) =>
    typeof value === "object" && value !== null && "$bigint" in value ? BigInt(value.$bigint as string) : value,
  ) as RowGroup;
}

function schemaOf(columns: readonly Column[]): SchemaElement[] {
  return [
    { name: "root", num_children: columns.length },
    ...columns.map(({ name, type }): SchemaElement => {
      const element = { name, repetition_type: "OPTIONAL" } as const;
      switch (type) {
        case "integer":
          return { ...element, type: "INT64" };
        case "number":
          return { ...element, type: "DOUBLE" };
        case "boolean":
          return { ...element, type: "BOOLEAN" };
        case "timestamp":
          return { ...element, type: "INT64", converted_type: "TIMESTAMP_MILLIS" };
        case "json":
          return { ...element, type: "BYTE_ARRAY", converted_type: "UTF8" };
        default:
          return { ...element, type: "BYTE_ARRAY", converted_type: "UTF8" };
      }
    }),
  ];
}

function toValue(cell: Cell, { type }: Column): unknown {
  if (cell === null) return undefined;
  if (type === "integer") return BigInt(cell);
  if (type === "timestamp") return new Date(String(cell));
  return cell;
}
