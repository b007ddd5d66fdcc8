import { gunzipSync } from "node:zlib";
import { parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import { openEncoder } from "../../src/actors/organization/exports/encoders/index.ts";
import type { Cell, Column } from "../../src/domain/exports/column.ts";

const columns: Column[] = [
  { name: "id", type: "string" },
  { name: "version", type: "integer" },
  { name: "seen", type: "boolean" },
  { name: "at", type: "timestamp" },
  { name: "data", type: "json" },
];
const AT = "2026-01-01T00:00:00.000Z";
const rowAt = (index: number): Cell[] => [`r${index}`, index, index % 2 === 0, AT, index % 3 === 0 ? null : '{"a":1}'];
const pages = [0, 1, 2].map((page) => Array.from({ length: 1_000 }, (_value, index) => rowAt(page * 1_000 + index)));
const wanted = Array.from({ length: 3_000 }, (_value, index) => `r${index}`);

/** A file whose every page is written by an encoder of its own, from the state that its predecessors stored: a crash after each page. */
function writeWithCrashes(format: "csv" | "ndjson" | "json" | "parquet", gzip: boolean): Uint8Array {
  const state: Uint8Array[] = [];
  let file = new Uint8Array();
  pages.forEach((rows, index) => {
    const encoder = openEncoder(format, { columns, gzip, state: [...state] });
    const bytes = encoder.page(rows, { first: index === 0, last: index === pages.length - 1, offset: file.byteLength });
    state.push(...encoder.newState());
    file = Buffer.concat([file, bytes]);
  });
  return file;
}

describe.each([false, true])("a file written across crashes (gzip: %s)", (gzip) => {
  const text = (file: Uint8Array): string => new TextDecoder().decode(gzip ? gunzipSync(file) : file);

  it("is one Parquet file with every row once, typed", async () => {
    const file = writeWithCrashes("parquet", gzip);
    const rows = await parquetReadObjects({
      file: new Uint8Array(file).buffer,
      compressors: { GZIP: (bytes: Uint8Array) => gunzipSync(bytes) },
    });
    expect(rows.map(({ id }) => id)).toEqual(wanted);
    expect(rows[2_997]).toMatchObject({ version: 2_997n, seen: false, at: new Date(AT), data: null });
  });

  it("is one CSV file with one header and every row once", () => {
    const [header, ...lines] = text(writeWithCrashes("csv", gzip)).trimEnd().split("\r\n");
    expect(header).toBe("id,version,seen,at,data");
    expect(lines.map((line) => line.split(",")[0])).toEqual(wanted);
    expect(lines[1]).toBe(`r1,1,false,${AT},"{""a"":1}"`);
  });

  it("is one JSON array, and one JSON object a line", () => {
    const array = JSON.parse(text(writeWithCrashes("json", gzip))) as { id: string }[];
    const lines = text(writeWithCrashes("ndjson", gzip)).trimEnd().split("\n");
    expect(array.map(({ id }) => id)).toEqual(wanted);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(array);
    expect(array[1]).toEqual({ id: "r1", version: 1, seen: false, at: AT, data: { a: 1 } });
  });
});
